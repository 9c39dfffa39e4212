// Shop is a little web shop that keeps everything in memory. When interrupted,
// it finishes the requests that are under way, and ends.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"shop/catalog"
	"shop/inventory"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "`address` to serve on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	cat, stock := open()
	srv := &http.Server{
		Addr:              *addr,
		Handler:           newServer(cat, stock),
		ReadHeaderTimeout: 5 * time.Second,
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.ListenAndServe() }()
	log.Printf("serving http://%s/products", *addr)

	select {
	case err := <-failed:
		log.Fatal(err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		log.Printf("shutdown: %v", err)
	}
	stock.Close()
}

// open returns the products and the stock that the shop starts with.
func open() (*catalog.Catalog, *inventory.Inventory) {
	cat := catalog.New(
		catalog.Product{ID: "bowl", Name: "Soup bowl", Price: 1450},
		catalog.Product{ID: "mug", Name: "Coffee mug", Price: 990},
		catalog.Product{ID: "plate", Name: "Large plate", Price: 1690},
		catalog.Product{ID: "teapot", Name: "Teapot", Price: 3900},
	)
	stock := inventory.New(map[string]int{"bowl": 12, "mug": 40, "plate": 24, "teapot": 3})
	return cat, stock
}
