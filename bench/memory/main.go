// Memory takes much of it at once. Its peak is measured from outside.
//
//	memory map         one map of three million entries
//	memory goroutines  fifty thousand goroutines, all blocked, each with a map of its own
//	memory service     a net/http server that answers twenty thousand requests of its own client
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
)

func main() {
	kind := ""
	if len(os.Args) == 2 {
		kind = os.Args[1]
	}
	switch kind {
	case "map":
		entries(3_000_000)
	case "goroutines":
		goroutines(50_000)
	case "service":
		service(20_000)
	default:
		fmt.Fprintln(os.Stderr, "usage: memory map | goroutines | service")
		os.Exit(2)
	}
}

func entries(n int) {
	m := make(map[int]int)
	for i := 0; i < n; i++ {
		m[i] = i
	}
	sum := 0
	for _, v := range m {
		sum += v
	}
	if len(m) != n || sum != n*(n-1)/2 {
		panic("the map is wrong")
	}
}

func goroutines(n int) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	done.Add(n)
	stop := make(chan struct{})
	for i := 0; i < n; i++ {
		go func(i int) {
			defer done.Done()
			own := map[int]int{i: i}
			ready.Done()
			<-stop
			delete(own, i)
		}(i)
	}
	ready.Wait()
	close(stop)
	done.Wait()
}

func service(n int) {
	var mu sync.Mutex
	seen := make(map[string]int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen[r.URL.Path]++
		mu.Unlock()
		fmt.Fprintln(w, "Hello")
	}))
	defer server.Close()
	var wg sync.WaitGroup
	const clients = 4
	for c := 0; c < clients; c++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < n/clients; i++ {
				response, err := server.Client().Get(fmt.Sprint(server.URL, "/", i))
				if err != nil {
					panic(err)
				}
				if _, err := io.Copy(io.Discard, response.Body); err != nil {
					panic(err)
				}
				response.Body.Close()
			}
		}()
	}
	wg.Wait()
	if len(seen) != n/clients {
		panic("some requests were not seen")
	}
}
