// Package catalog holds the shop's products and their prices.
package catalog

import (
	"errors"
	"fmt"
	"sort"
	"sync/atomic"
)

// ErrUnknown is returned if there is no product with the given ID.
var ErrUnknown = errors.New("unknown product")

// Cents is an amount of money.
type Cents int

func (c Cents) String() string { return fmt.Sprintf("%d.%02d", c/100, c%100) }

// A Product is something that the shop sells.
type Product struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Price Cents  `json:"price"`
}

// A Snapshot is the catalog at one moment. It never changes once it is
// published, so it may be read by several goroutines without a lock.
type Snapshot struct {
	Version  int // grows by one with every change
	products map[string]Product
}

// Product returns the product with the given ID.
func (s *Snapshot) Product(id string) (Product, error) {
	p, ok := s.products[id]
	if !ok {
		return p, ErrUnknown
	}
	return p, nil
}

// Products returns all products, ordered by ID.
func (s *Snapshot) Products() []Product {
	list := make([]Product, 0, len(s.products))
	for _, p := range s.products {
		list = append(list, p)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list
}

// A Catalog publishes the current snapshot.
type Catalog struct {
	current atomic.Pointer[Snapshot]
}

// New returns a catalog of the given products.
func New(products ...Product) *Catalog {
	first := &Snapshot{Version: 1, products: make(map[string]Product)}
	for _, p := range products {
		first.products[p.ID] = p
	}
	c := new(Catalog)
	c.current.Store(first)
	return c
}

// Snapshot returns the catalog as it is now.
func (c *Catalog) Snapshot() *Snapshot { return c.current.Load() }

// Reprice publishes a copy of the catalog in which a product has a new price.
func (c *Catalog) Reprice(id string, price Cents) error {
	for {
		old := c.current.Load()
		changed, err := old.Product(id)
		if err != nil {
			return err
		}
		changed.Price = price

		next := &Snapshot{Version: old.Version + 1, products: make(map[string]Product)}
		for id, p := range old.products {
			next.products[id] = p
		}
		next.products[id] = changed
		if c.current.CompareAndSwap(old, next) {
			return nil
		}
	}
}
