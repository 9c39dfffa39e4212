// Service has in it what a web service has, starts, and ends at once.
package main

import (
	"encoding/json"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]string{"path": r.URL.Path})
	})
	if len(os.Args) > 1 {
		panic(http.ListenAndServe(os.Args[1], nil))
	}
}
