// Package render makes the product pages, and keeps those that it has made.
package render

import (
	"bytes"
	"html/template"
	"sync"

	"shop/catalog"
)

var layout = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<title>{{.Name}}</title>
<h1>{{.Name}}</h1>
<p>Price: {{.Price}}</p>
`))

type page struct {
	version int // of the catalog that it was made from
	html    []byte
}

// A Cache makes a page when it is first asked for, and again when it is asked
// for after the catalog has changed. It may be used by several goroutines.
type Cache struct {
	catalog *catalog.Catalog

	mu    sync.Mutex
	pages map[string]page // by product
}

// NewCache returns an empty cache of the pages of a catalog's products.
func NewCache(c *catalog.Catalog) *Cache {
	return &Cache{catalog: c, pages: make(map[string]page)}
}

// Page returns the page of a product. The caller must not change it.
func (c *Cache) Page(id string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()

	now := c.catalog.Snapshot()
	product, err := now.Product(id)
	if err != nil {
		return nil, err
	}
	if p, ok := c.pages[id]; ok && p.version == now.Version {
		return p.html, nil
	}
	var html bytes.Buffer
	if err := layout.Execute(&html, product); err != nil {
		return nil, err
	}
	c.pages[id] = page{now.Version, html.Bytes()} // want race
	return html.Bytes(), nil
}

// Warm makes, in the background, those of the given products' pages that were
// never made, so that visitors need not wait for them. Pages that are merely
// out of date are left to Page.
func (c *Cache) Warm(ids []string) {
	var missing []string
	for _, id := range ids {
		if _, ok := c.pages[id]; !ok { // want race
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return
	}
	go func() {
		for _, id := range missing {
			// An error will come up again when somebody asks for the page.
			_, _ = c.Page(id)
		}
	}()
}
