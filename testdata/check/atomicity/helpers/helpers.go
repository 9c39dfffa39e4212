// Package helpers: locks that are taken by helpers, and functions that are called with the lock held.
package helpers

import "sync"

type Store struct {
	mu    sync.RWMutex
	items map[string]int
}

func (s *Store) lock()    { s.mu.Lock() }
func (s *Store) unlock()  { s.mu.Unlock() }
func (s *Store) rlock()   { s.mu.RLock() }
func (s *Store) runlock() { s.mu.RUnlock() }

// Put takes the lock through a helper.
func (s *Store) Put(k string, v int) {
	s.lock()
	defer s.unlock()
	s.items[k] = v
}

func (s *Store) Drop(k string) {
	s.lock()
	delete(s.items, k)
	s.unlock()
}

func (s *Store) Get(k string) int {
	s.rlock()
	defer s.runlock()
	return s.items[k]
}

// Fill uses the wrong helper.
func (s *Store) Fill(k string) {
	s.rlock()
	s.items[k] = 1 // want write-under-rlock "s.items is written while s.mu is held for reading only"
	s.runlock()
}

// set is called with the lock held, always.
func (s *Store) set(k string, v int) { s.items[k] = v }

func (s *Store) Set(k string, v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(k, v)
}

func (s *Store) Reset2(keys []string) {
	s.lock()
	defer s.unlock()
	for _, k := range keys {
		s.set(k, 0)
	}
}

// raise is called without it.
func (s *Store) raise(k string) {
	s.items[k]++ // want unguarded-write/medium "s.items is written without s.mu"
}

func (s *Store) Raise(k string) { s.raise(k) }

// putLocked says by its name that its caller holds the lock.
func (s *Store) PutLocked(k string, v int) { s.items[k] = v }

// Insert says so in its comment. The caller must hold s.mu.
func (s *Store) Insert(k string, v int) { s.items[k] = v }

// with runs a function under the lock.
func (s *Store) with(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *Store) Double(k string) {
	s.with(func() { s.items[k] *= 2 })
}

// guard gives back what releases the lock.
func (s *Store) guard() func() {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *Store) Halve(k string) {
	defer s.guard()()
	s.items[k] /= 2
}

func (s *Store) Third(k string) {
	unlock := s.guard()
	s.items[k] /= 3
	unlock()
}

// fill writes to a map that it is given.
func fill(m map[string]int, keys []string) {
	for _, k := range keys {
		m[k] = 0
	}
}

func (s *Store) Fresh(keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fill(s.items, keys)
}

func (s *Store) Stale(keys []string) {
	fill(s.items, keys) // want unguarded-write/medium "s.items is written without s.mu"
}

// all gives the map away, and the lock with it.
func (s *Store) all() map[string]int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items
}

func (s *Store) Print(f func(string, int)) {
	for k, v := range s.all() { // want unguarded-read/low "s.all() is iterated without s.mu"
		f(k, v)
	}
}

// Locals are fine: mu and m are other names.
func (s *Store) Locals(k string) {
	mu, m := &s.mu, s.items
	mu.Lock()
	m[k] = 9
	mu.Unlock()
}

func (s *Store) Chain(keys []string) {
	s.lock()
	defer s.unlock()
	s.first(keys)
}

func (s *Store) first(keys []string) { s.second(keys) }

func (s *Store) second(keys []string) {
	for _, k := range keys {
		s.items[k] = 1
	}
}
