// Package callbacks: function literals that are called in place, kept, or called by others.
package callbacks

import (
	"maps"
	"slices"
	"sort"
	"sync"
)

type Store struct {
	mu    sync.Mutex
	items map[string]int
	onPut []func(string)
	live  sync.Map
}

func (s *Store) Put(k string, v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[k] = v
}

func (s *Store) Drop(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, k)
}

// Sorted calls a literal while the lock is held.
func (s *Store) Sorted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := slices.Collect(maps.Keys(s.items))
	sort.Slice(keys, func(i, j int) bool { return s.items[keys[i]] < s.items[keys[j]] })
	return keys
}

// Place calls a literal where it stands.
func (s *Store) Place(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	func() { s.items[k]++ }()
}

// Bound calls a local function.
func (s *Store) Bound(k string) {
	bump := func(by int) { s.items[k] += by }
	s.mu.Lock()
	defer s.mu.Unlock()
	bump(1)
	bump(2)
}

// Kept keeps a literal: nobody knows who calls it.
func (s *Store) Kept() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onPut = append(s.onPut, func(k string) { s.items[k] = 0 })
}

// Range goes through a sync.Map, and calls the literal at once.
func (s *Store) Range() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live.Range(func(k, v any) bool {
		s.items[k.(string)] = v.(int)
		return true
	})
}

// Started holds the lock, but the goroutine does not.
func (s *Store) Started(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	go func() {
		s.items[k] = 1 // want unguarded-write/low "s.items is written without s.mu"
	}()
}

// Deferred runs before the lock is released.
func (s *Store) Deferred(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.items[k] = 1 }()
}

// Value uses a method as a value under the lock.
func (s *Store) Value(keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	each(keys, s.zero)
}

func (s *Store) zero(k string) { s.items[k] = 0 }

func each(keys []string, f func(string)) {
	for _, k := range keys {
		f(k)
	}
}

// Locks keeps the methods of the lock.
func (s *Store) Locks(k string) {
	lock, unlock := s.mu.Lock, s.mu.Unlock
	lock()
	defer unlock()
	s.items[k]--
}

// Copy writes all of another map.
func (s *Store) Copy(from map[string]int) {
	maps.Copy(s.items, from) // want unguarded-write/low "s.items is written without s.mu"
}
