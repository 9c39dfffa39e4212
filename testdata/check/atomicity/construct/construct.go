// Package construct: objects that nobody else knows yet.
package construct

import "sync"

type Registry struct {
	mu    sync.Mutex
	items map[string]int
	name  string
}

// Option changes a registry while it is made.
type Option func(*Registry)

func WithItem(k string, v int) Option {
	return func(r *Registry) { r.items[k] = v }
}

func New(options ...Option) *Registry {
	r := &Registry{items: map[string]int{}}
	for _, option := range options {
		option(r)
	}
	r.items["made"] = 1
	r.fill()
	return r
}

// fill is only called before anybody else knows the registry.
func (r *Registry) fill() {
	for _, k := range []string{"a", "b"} {
		r.items[k] = len(k)
	}
}

func (r *Registry) Add(k string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.items[k]++
}

func (r *Registry) Remove(k string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.items, k)
}

// Clone fills a new one under the lock of the old.
func (r *Registry) Clone() *Registry {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &Registry{items: make(map[string]int, len(r.items))}
	for k, v := range r.items {
		c.items[k] = v
	}
	return c
}

// Value makes one as a value.
func Value() int {
	var r Registry
	r.items = map[string]int{}
	r.items["x"] = 1
	return len(r.items)
}

var global = New()

func init() {
	global.items["init"] = 1
}

// Rename has nothing to do with the map.
func (r *Registry) Rename(name string) { r.name = name }

// Merge locks both.
func (r *Registry) Merge(from *Registry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	from.mu.Lock()
	defer from.mu.Unlock()
	for k, v := range from.items {
		r.items[k] += v
	}
}

// Plain has no lock: it is for one goroutine.
type Plain struct {
	items map[string]int
}

func (p *Plain) Set(k string) { p.items[k]++ }
func (p *Plain) Get(k string) int {
	return p.items[k]
}
