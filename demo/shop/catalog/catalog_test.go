package catalog

import (
	"sync"
	"testing"
)

// TestReprice has one goroutine for each product change its price. None may see
// another price than its own last one, or undo what another one did.
func TestReprice(t *testing.T) {
	c := New(Product{ID: "bowl"}, Product{ID: "jug"}, Product{ID: "mug"})
	var wg sync.WaitGroup
	for _, p := range c.Snapshot().Products() {
		wg.Add(1)
		go func(id string) {
			defer wg.Done()
			for price := Cents(1); price <= 50; price++ {
				if err := c.Reprice(id, price); err != nil {
					t.Error(err)
				}
				if p, err := c.Snapshot().Product(id); err != nil || p.Price != price {
					t.Errorf("%s: price %v, %v; want %v", id, p.Price, err, price)
				}
			}
		}(p.ID)
	}
	wg.Wait()

	if v := c.Snapshot().Version; v != 1+3*50 {
		t.Errorf("version %d after %d changes", v, 3*50)
	}
	if err := c.Reprice("spoon", 1); err != ErrUnknown {
		t.Errorf("Reprice of an unknown product: %v", err)
	}
}
