// Package channels: maps that one goroutine owns, atomic pointers, sync.Map.
package channels

import (
	"maps"
	"sync"
	"sync/atomic"
)

type op struct {
	key   string
	reply chan int
}

// Owner has a goroutine that alone uses the map.
type Owner struct {
	ops   chan op
	count map[string]int
}

func NewOwner() *Owner {
	o := &Owner{ops: make(chan op), count: map[string]int{}}
	go o.run()
	return o
}

func (o *Owner) run() {
	for op := range o.ops {
		o.count[op.key]++
		op.reply <- o.count[op.key]
	}
}

func (o *Owner) Add(k string) int {
	reply := make(chan int)
	o.ops <- op{k, reply}
	return <-reply
}

// Early writes to the map after the goroutine has started; it waits for an operation, which comes later.
func Early() *Owner {
	o := &Owner{ops: make(chan op), count: map[string]int{}}
	go o.run()
	o.count["early"] = 1
	return o
}

// CopyOnWrite never changes a map that others can see.
type CopyOnWrite struct {
	mu      sync.Mutex
	current atomic.Pointer[map[string]int]
}

func (c *CopyOnWrite) Put(k string, v int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := map[string]int{}
	if old := c.current.Load(); old != nil {
		next = maps.Clone(*old)
	}
	next[k] = v
	c.current.Store(&next)
}

func (c *CopyOnWrite) Get(k string) int {
	if m := c.current.Load(); m != nil {
		return (*m)[k]
	}
	return 0
}

// Replaced has a field that is replaced as a whole.
type Replaced struct {
	mu sync.Mutex
	m  map[string]int
}

func (r *Replaced) Set(m map[string]int) {
	r.mu.Lock()
	r.m = m
	r.mu.Unlock()
}

func (r *Replaced) Get(k string) int {
	r.mu.Lock()
	m := r.m
	r.mu.Unlock()
	return m[k]
}

// Pipeline hands maps on.
func Pipeline(in <-chan map[string]bool) <-chan map[string]bool {
	out := make(chan map[string]bool)
	go func() {
		defer close(out)
		for m := range in {
			m["seen"] = true
			out <- m
		}
	}()
	return out
}

// Collector writes what the workers send.
func Collector(keys []string) map[string]int {
	results := make(chan string, len(keys))
	for _, k := range keys {
		go func() { results <- k }()
	}
	m := map[string]int{}
	for range keys {
		m[<-results]++
	}
	return m
}

// Any holds a map behind an interface.
type Any struct {
	mu  sync.Mutex
	doc any
}

func (a *Any) Put(k string, v any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.doc.(map[string]any)[k] = v
}

func (a *Any) Drop(k string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.doc.(map[string]any), k)
}

func (a *Any) Raw(k string) {
	doc := a.doc.(map[string]any)
	doc[k] = nil // want unguarded-write "doc is written without a.mu"
}
