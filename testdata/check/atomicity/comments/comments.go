// Package comments: what comments say is believed.
package comments

import "sync"

type Told struct {
	mu    sync.Mutex
	items map[string]int // guarded by mu
	cold  map[string]int
}

// Add is the only one that writes, and forgets the lock.
func (t *Told) Add(k string) {
	t.items[k]++ // want unguarded-write "t.items is written without t.mu, which guards it, as its comment says"
}

// Cold is not guarded: one goroutine uses it.
func (t *Told) Cold(k string) { t.cold[k]++ }

type Protecting struct {
	// mu protects names and sizes.
	mu    sync.RWMutex
	names map[string]string
	sizes map[string]int
}

func (p *Protecting) Name(k string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.names[k]
}

func (p *Protecting) Rename(k, name string) {
	p.names[k] = name // want unguarded-write "p.names is written without p.mu"
}

type Checked struct {
	mu sync.Mutex
	// +checklocks:mu
	m map[string]int
}

func (c *Checked) Put(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[k]++
}

// +checklocks:c.mu
func (c *Checked) put(k string) { c.m[k]++ }

func (c *Checked) Twice(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(k)
	c.put(k)
}

// Single is not safe for concurrent use: it says so.
type Single struct {
	mu    sync.Mutex
	items map[string]int
}

func (s *Single) Add(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[k]++
}

func (s *Single) Drop(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, k)
}

func (s *Single) Raw(k string) { s.items[k]++ }

var (
	namesMu sync.Mutex
	// names is guarded by namesMu.
	names = map[string]int{}
)

func Name(k string) {
	names[k]++ // want unguarded-write "names is written without namesMu, which guards it"
}
