package render

import (
	"strings"
	"sync"
	"testing"

	"shop/catalog"
)

func TestPage(t *testing.T) {
	cat := catalog.New(catalog.Product{ID: "mug", Name: "Coffee mug", Price: 990})
	cache := NewCache(cat)

	// visit has 8 goroutines ask for the page at once; all must get the same.
	visit := func(price string) {
		var pages [8][]byte
		var wg sync.WaitGroup
		for i := range pages {
			wg.Add(1)
			go func(i int) {
				defer wg.Done()
				pages[i], _ = cache.Page("mug")
			}(i)
		}
		wg.Wait()
		for _, html := range pages {
			if !strings.Contains(string(html), "Price: "+price) {
				t.Fatalf("want price %s in %q", price, html)
			}
			if &html[0] != &pages[0][0] {
				t.Error("the page was made twice")
			}
		}
	}

	cache.Warm([]string{"mug"})
	visit("9.90")
	if err := cat.Reprice("mug", 1050); err != nil {
		t.Fatal(err)
	}
	visit("10.50")
	if _, err := cache.Page("spoon"); err != catalog.ErrUnknown {
		t.Errorf("Page of an unknown product: %v", err)
	}
}
