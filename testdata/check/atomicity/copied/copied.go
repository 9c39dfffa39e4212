// Package copied: locks that are copied together with their struct.
package copied

import "sync"

type Counter struct {
	mu   sync.Mutex
	hits map[string]int
}

func (c Counter) Hit(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hits[k]++ // want lock-copied "c.hits is written under c.mu, which is a copy"
}

func Reset(c Counter, k string) {
	c.mu.Lock()
	delete(c.hits, k) // want lock-copied "c is passed by value"
	c.mu.Unlock()
}

// Pointer has a receiver that is no copy.
type Pointer struct {
	mu   sync.Mutex
	hits map[string]int
}

func (p *Pointer) Hit(k string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hits[k]++
}

// Shared has a lock that all copies share.
type Shared struct {
	mu   *sync.Mutex
	hits map[string]int
}

func (s Shared) Hit(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits[k]++
}

func (s Shared) Drop(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.hits, k)
}

// Snapshot copies the struct, but makes a new map.
func Snapshot(p *Pointer) map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	hits := make(map[string]int, len(p.hits))
	for k, v := range p.hits {
		hits[k] = v
	}
	return hits
}
