package kernels

import (
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// Read locks, failed locks and locks of the wrong scope.

// Write under the read lock of a RWMutex: readers do not exclude each other.
func TestRaceWriteUnderRLock(t *testing.T) {
	var mu sync.RWMutex
	cache := map[string]int{}
	get := func(k string) int {
		mu.RLock()
		defer mu.RUnlock()
		if _, ok := cache[k]; !ok { // want race
			cache[k] = len(k) // want race
		}
		return cache[k] // want race
	}
	var done quiet.Baton
	go func() {
		get("a")
		done.Pass()
	}()
	done.Await()
	get("bb")
}

// One side takes the write lock, the other writes under the read lock.
func TestRaceRLockAgainstLock(t *testing.T) {
	var mu sync.RWMutex
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		mu.RLock()
		m["a"]++ // want race
		mu.RUnlock()
		done.Pass()
	}()
	done.Await()
	mu.RLock()
	_ = m["a"] // want race
	mu.RUnlock()
}

// Upgrade from read to write that forgets to take the write lock.
func TestRaceCheckThenBareWrite(t *testing.T) {
	var mu sync.RWMutex
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		mu.RLock()
		_, ok := m["a"]
		mu.RUnlock()
		if !ok {
			m["a"] = 1 // want race
		}
		done.Pass()
	}()
	done.Await()
	mu.RLock()
	_ = m["a"] // want race
	mu.RUnlock()
}

// A goroutine started while the lock is held does not hold it.
func TestRaceGoUnderLock(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	var done quiet.Baton
	mu.Lock()
	go func() {
		m["a"] = 1 // want race
		done.Pass()
	}()
	mu.Unlock()
	done.Await()
	mu.Lock()
	_ = m["a"] // want race
	mu.Unlock()
}

// The result of TryLock is ignored: when it fails, nothing is held.
func TestRaceTryLockIgnored(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	var wrote, done quiet.Baton
	go func() {
		mu.Lock()
		defer mu.Unlock()
		m["a"] = 1 // want race
		wrote.Pass()
		done.Await()
	}()
	wrote.Await()
	if mu.TryLock() {
		t.Error("the lock is held by the goroutine")
	}
	m["b"] = 2 // want race
	done.Pass()
}

// Each copy of the struct has its own lock, all of them share one map.
func TestRaceSharedMapOwnLocks(t *testing.T) {
	m := map[string]int{}
	a, b := &leakyStore{m: m}, &leakyStore{m: m}
	var done quiet.Baton
	go func() {
		a.put("a", 1)
		done.Pass()
	}()
	done.Await()
	b.put("b", 2)
}

// Two embedded mutexes: Lock is the one of the outer struct, the reader locks the inner one.
func TestRaceShadowedEmbeddedMutex(t *testing.T) {
	type inner struct {
		sync.Mutex
		m map[string]int
	}
	type outer struct {
		sync.Mutex
		inner
	}
	o := &outer{inner: inner{m: map[string]int{}}}
	var done quiet.Baton
	go func() {
		o.Lock()
		o.m["a"] = 1 // want race
		o.Unlock()
		done.Pass()
	}()
	done.Await()
	o.inner.Lock()
	_ = o.m["a"] // want race
	o.inner.Unlock()
}

// Condition signalled without the lock: a reader that finds the work done does not wait.
func TestRaceCondWithoutLock(t *testing.T) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	ready := map[string]bool{}
	var done quiet.Baton
	go func() {
		ready["a"] = true // want race
		cond.Signal()
		done.Pass()
	}()
	done.Await()
	mu.Lock()
	for !ready["a"] { // want race
		cond.Wait()
	}
	mu.Unlock()
}
