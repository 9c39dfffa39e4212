// Package embedded: locks that are embedded, in the struct itself or above it.
package embedded

import "sync"

type Set struct {
	sync.Mutex
	items map[string]bool
}

func (s *Set) Add(k string) {
	s.Lock()
	defer s.Unlock()
	s.items[k] = true
}

func (s *Set) Remove(k string) {
	s.Lock()
	delete(s.items, k)
	s.Unlock()
}

func (s *Set) Toggle(k string) {
	s.items[k] = !s.items[k] // want unguarded-write "s.items is written without s.Mutex" unguarded-read/low "s.items is read without s.Mutex"
}

type Pointed struct {
	*sync.RWMutex
	items map[string]bool
}

func (s Pointed) Add(k string) {
	s.Lock()
	defer s.Unlock()
	s.items[k] = true
}

func (s Pointed) Remove(k string) {
	s.Lock()
	delete(s.items, k)
	s.Unlock()
}

func (s Pointed) Has(k string) bool {
	s.RLock()
	defer s.RUnlock()
	return s.items[k]
}

// part has no lock; the one of its parent is held.
type part struct {
	hits map[string]int
}

type Parent struct {
	mu   sync.Mutex
	part part
	more *part
}

func (p *Parent) Hit(k string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.part.hits[k]++
	p.more.hit(k)
}

func (p *part) hit(k string) { p.hits[k]++ }

func (p *Parent) Drop(k string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.part.hits, k)
}

// stats is a struct without a name.
var stats = struct {
	sync.Mutex
	count map[string]int
}{count: map[string]int{}}

func Count(k string) {
	stats.Lock()
	defer stats.Unlock()
	stats.count[k]++
}

func Uncount(k string) {
	stats.Lock()
	defer stats.Unlock()
	stats.count[k]--
}

func Zero(k string) {
	stats.count[k] = 0 // want unguarded-write "stats.count is written without the lock of stats"
}

// Base brings lock and map to those that embed it.
type Base struct {
	mu   sync.Mutex
	tags map[string]string
}

type Derived struct {
	Base
	name string
}

func (b *Base) Tag(k, v string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tags[k] = v
}

func (d *Derived) Untag(k string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.tags, k)
}

func (d *Derived) Retag(k string) {
	d.tags[k] = d.name // want unguarded-write "d.tags is written without"
}
