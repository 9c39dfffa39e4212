package kernels

import (
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// Locks that are there but do not cover both accesses.

type copiedLock struct {
	mu sync.Mutex
	m  map[string]int
}

// The value receiver copies the mutex, but the map is shared.
func (c copiedLock) inc(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[k]++ // want race
}

// Lock copied by a value receiver.
func TestRaceCopiedLock(t *testing.T) {
	c := copiedLock{m: map[string]int{}}
	var done quiet.Baton
	go func() {
		c.inc("a")
		done.Pass()
	}()
	done.Await()
	c.inc("a")
}

// Reader and writer each use a lock of their own.
func TestRaceTwoLocks(t *testing.T) {
	var readMu, writeMu sync.Mutex
	m := map[int]int{}
	var done quiet.Baton
	go func() {
		writeMu.Lock()
		m[1] = 1 // want race
		writeMu.Unlock()
		done.Pass()
	}()
	done.Await()
	readMu.Lock()
	_ = m[1] // want race
	readMu.Unlock()
}

// The writer locks, the reader does not bother.
func TestRaceLockedWriteBareRead(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		mu.Lock()
		m["a"] = 1 // want race
		mu.Unlock()
		done.Pass()
	}()
	done.Await()
	_ = m["a"] // want race
}

// The reader locks, the writer does not.
func TestRaceBareWriteLockedRead(t *testing.T) {
	var mu sync.RWMutex
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		m["a"] = 1 // want race
		done.Pass()
	}()
	done.Await()
	mu.RLock()
	_ = m["a"] // want race
	mu.RUnlock()
}

// The lock is released before the access it should cover.
func TestRaceUnlockBeforeAccess(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	inc := func(k string) {
		mu.Lock()
		n := len(k)
		mu.Unlock()
		m[k] += n // want race
	}
	var done quiet.Baton
	go func() {
		inc("a")
		done.Pass()
	}()
	done.Await()
	inc("b")
}

// A deferred unlock in a helper runs when the helper returns, not the caller.
func TestRaceDeferInHelper(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	lock := func() {
		mu.Lock()
		defer mu.Unlock()
	}
	var done quiet.Baton
	go func() {
		lock()
		m["a"] = 1 // want race
		done.Pass()
	}()
	done.Await()
	lock()
	m["b"] = 2 // want race
}

type leakyStore struct {
	mu sync.Mutex
	m  map[string]int
}

func (s *leakyStore) all() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m
}

func (s *leakyStore) put(k string, v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k] = v // want race
}

// A getter that locks, but returns the map itself instead of a copy.
func TestRaceGetterLeaksMap(t *testing.T) {
	s := &leakyStore{m: map[string]int{"a": 1}}
	var done quiet.Baton
	go func() {
		for range s.all() { // want race
		}
		done.Pass()
	}()
	done.Await()
	s.put("b", 2)
}

// Sharded map whose lock is picked by another hash than the shard.
func TestRaceWrongShardLock(t *testing.T) {
	var locks [4]sync.Mutex
	shards := [4]map[int]int{{}, {}, {}, {}}
	put := func(k, v int) {
		mu := &locks[v%4]
		mu.Lock()
		shards[k%4][k] = v // want race
		mu.Unlock()
	}
	var done quiet.Baton
	go func() {
		put(1, 0)
		done.Pass()
	}()
	done.Await()
	put(5, 1)
}

// One lock per key does not protect the map that holds all keys.
func TestRaceLockPerKey(t *testing.T) {
	locks := map[string]*sync.Mutex{"a": {}, "b": {}}
	m := map[string]int{}
	put := func(k string) {
		locks[k].Lock()
		m[k]++ // want race
		locks[k].Unlock()
	}
	var done quiet.Baton
	go func() {
		put("a")
		done.Pass()
	}()
	done.Await()
	put("b")
}

// A lock made anew in every call protects nothing.
func TestRaceLocalLock(t *testing.T) {
	m := map[string]int{}
	put := func(k string) {
		var mu sync.Mutex
		mu.Lock()
		defer mu.Unlock()
		m[k]++ // want race
	}
	var done quiet.Baton
	go func() {
		put("a")
		done.Pass()
	}()
	done.Await()
	put("b")
}
