// Package trylock: locks that are only tried.
package trylock

import (
	"runtime"
	"sync"
)

type Store struct {
	mu    sync.RWMutex
	items map[string]int
}

func (s *Store) Put(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[k]++
}

func (s *Store) Drop(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, k)
}

func (s *Store) Try(k string) bool {
	if !s.mu.TryLock() {
		return false
	}
	defer s.mu.Unlock()
	s.items[k]++
	return true
}

func (s *Store) If(k string) {
	if s.mu.TryLock() {
		s.items[k]++
		s.mu.Unlock()
	}
}

func (s *Store) Kept(k string) {
	ok := s.mu.TryLock()
	if ok {
		s.items[k]++
		s.mu.Unlock()
	}
}

func (s *Store) Spin(k string) {
	for !s.mu.TryLock() {
		runtime.Gosched()
	}
	s.items[k]++
	s.mu.Unlock()
}

func (s *Store) And(k string, wanted bool) {
	if wanted && s.mu.TryLock() {
		defer s.mu.Unlock()
		s.items[k]++
	}
}

func (s *Store) TryRead(k string) {
	if s.mu.TryRLock() {
		defer s.mu.RUnlock()
		s.items[k]++ // want write-under-rlock "s.items is written while s.mu is held for reading only"
	}
}

func (s *Store) Else(k string) {
	if s.mu.TryLock() {
		s.mu.Unlock()
	} else {
		s.items[k]++ // want unguarded-write "s.items is written without s.mu"
	}
}
