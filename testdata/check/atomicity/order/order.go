// Package order: locks that are released too early, on all ways or on some.
package order

import (
	"errors"
	"sync"
)

type Store struct {
	mu    sync.Mutex
	other sync.Mutex
	items map[string]int
	log   []string
}

func (s *Store) Put(k string, v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[k] = v
}

func (s *Store) Drop(k string) {
	s.mu.Lock()
	delete(s.items, k)
	s.mu.Unlock()
}

func (s *Store) Get(k string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items[k]
}

// Early releases the lock before the write.
func (s *Store) Early(k string) {
	s.mu.Lock()
	v := s.items[k]
	s.mu.Unlock()
	s.items[k] = v + 1 // want unlock-before-write "s.items is written after s.mu was released"
}

// Sometimes forgets that one branch has released it.
func (s *Store) Sometimes(k string, verbose bool) {
	s.mu.Lock()
	if verbose {
		s.mu.Unlock()
		s.note(k)
	}
	s.items[k] = 1 // want unlock-before-write "was released on one way to here"
	if !verbose {
		s.mu.Unlock()
	}
}

// Returns leaves at once where it has released it.
func (s *Store) Returns(k string) error {
	s.mu.Lock()
	if k == "" {
		s.mu.Unlock()
		return errors.New("no key")
	}
	s.items[k] = 1
	s.mu.Unlock()
	return nil
}

// Again takes it again in the branch.
func (s *Store) Again(k string, slow bool) {
	s.mu.Lock()
	if slow {
		s.mu.Unlock()
		s.note(k)
		s.mu.Lock()
	}
	s.items[k] = 2
	s.mu.Unlock()
}

// Loop releases it for a while in each round.
func (s *Store) Loop(keys []string) {
	s.mu.Lock()
	for _, k := range keys {
		s.items[k]++
		s.mu.Unlock()
		s.note(k)
		s.mu.Lock()
	}
	s.mu.Unlock()
}

// Breaks leaves the loop with the lock held.
func (s *Store) Breaks(keys []string) {
	for {
		s.mu.Lock()
		if len(s.items) < 10 {
			break
		}
		s.mu.Unlock()
	}
	s.items["room"] = 1
	s.mu.Unlock()
}

// Switch holds it in each case that writes.
func (s *Store) Switch(k string, op int) {
	switch op {
	case 0:
		s.mu.Lock()
		s.items[k] = 0
		s.mu.Unlock()
	case 1:
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.items, k)
	default:
		s.note(k)
	}
}

// Correlated takes and releases it on the same condition: nothing is said of that.
func (s *Store) Correlated(k string, shared bool) {
	if shared {
		s.mu.Lock()
	}
	s.items[k] = 3
	if shared {
		s.mu.Unlock()
	}
}

// DeferFunc releases it in a deferred literal.
func (s *Store) DeferFunc(k string) {
	s.mu.Lock()
	defer func() {
		s.log = append(s.log, k)
		s.mu.Unlock()
	}()
	s.items[k] = 4
}

// Panics releases it before a panic.
func (s *Store) Panics(k string) {
	s.mu.Lock()
	if k == "" {
		s.mu.Unlock()
		panic("no key")
	}
	s.items[k] = 5
	s.mu.Unlock()
}

// Wrong takes the other lock.
func (s *Store) Wrong(k string) {
	s.other.Lock()
	defer s.other.Unlock()
	s.items[k] = 6 // want wrong-lock "s.items is written under s.other, not s.mu"
}

// Both takes both, in some order.
func (s *Store) Both(k string) {
	s.other.Lock()
	defer s.other.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[k] = 7
}

func (s *Store) note(k string) {
	s.other.Lock()
	defer s.other.Unlock()
	s.log = append(s.log, k)
}
