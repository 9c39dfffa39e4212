package kernels

import (
	"runtime"
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// The situations of mutex_test.go and rwmutex_test.go in runtime/race/testdata
// around a map.

// Two goroutines, one mutex, once with defer and once without.
func TestNoRaceStdMutex(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	done := make(chan int, 2)
	go func() {
		mu.Lock()
		defer mu.Unlock()
		m["deferred"] = 1
		done <- 1
	}()
	go func() {
		mu.Lock()
		m["direct"] = 1
		mu.Unlock()
		done <- 1
	}()
	<-done
	<-done
}

// The write comes before the lock.
func TestRaceStdMutex(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	put := func(k string) {
		m[k] = 1 // want race
		mu.Lock()
		defer mu.Unlock()
	}
	var done quiet.Baton
	go func() {
		put("go")
		done.Pass()
	}()
	done.Await()
	put("main")
}

// Two mutexes.
func TestRaceStdMutex2(t *testing.T) {
	var mu1, mu2 sync.Mutex
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		mu1.Lock()
		m["go"] = 1 // want race
		mu1.Unlock()
		done.Pass()
	}()
	done.Await()
	mu2.Lock()
	m["main"] = 1 // want race
	mu2.Unlock()
}

// The map is written outside the lock; a flag under the lock tells when.
func TestNoRaceStdMutexPureHappensBefore(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	ready := false
	go func() {
		m["go"] = 1
		mu.Lock()
		ready = true
		mu.Unlock()
	}()
	for seen := false; !seen; runtime.Gosched() {
		mu.Lock()
		seen = ready
		mu.Unlock()
	}
	m["main"] = 1
}

// A mutex as a semaphore: locked by the parent, unlocked by a child.
func TestNoRaceStdMutexSemaphore(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	done := make(chan int)
	mu.Lock()
	go func() {
		m["before"] = 1
		mu.Unlock()
	}()
	go func() {
		mu.Lock()
		m["after"] = 1
		mu.Unlock()
		close(done)
	}()
	<-done
}

// The example of the memory model: the second Lock waits for the Unlock.
func TestNoRaceStdMutexExampleFromHtml(t *testing.T) {
	var mu sync.Mutex
	m := map[string]string{}
	mu.Lock()
	go func() {
		m["greeting"] = "hello, world"
		mu.Unlock()
	}()
	mu.Lock()
	if m["greeting"] == "" {
		t.Error("read too early")
	}
}

// A Mutex on one side, a RWMutex on the other.
func TestRaceStdMutexRWMutex(t *testing.T) {
	var mu sync.Mutex
	var rw sync.RWMutex
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		mu.Lock()
		m["go"] = 1 // want race
		mu.Unlock()
		done.Pass()
	}()
	done.Await()
	rw.Lock()
	m["main"] = 1 // want race
	rw.Unlock()
}

// One writer, one reader.
func TestNoRaceStdRWMutex(t *testing.T) {
	var rw sync.RWMutex
	m := map[string]int{}
	done := make(chan int, 2)
	go func() {
		rw.Lock()
		defer rw.Unlock()
		m["x"] = 2
		done <- 1
	}()
	go func() {
		rw.RLock()
		_ = m["x"]
		rw.RUnlock()
		done <- 1
	}()
	<-done
	<-done
}

// One writer, three readers.
func TestNoRaceStdRWMutexMultipleReaders(t *testing.T) {
	var rw sync.RWMutex
	m := map[string]int{}
	done := make(chan int, 4)
	for i := 0; i < 3; i++ {
		go func() {
			rw.RLock()
			n := m["x"]
			rw.RUnlock()
			done <- n
		}()
	}
	go func() {
		rw.Lock()
		m["x"] = 2
		rw.Unlock()
		done <- 0
	}()
	for i := 0; i < 4; i++ {
		<-done
	}
}

// Readers that also write, to a second map, under the read lock.
func TestRaceStdRWMutexMultipleReaders(t *testing.T) {
	var rw sync.RWMutex
	m, hits := map[string]int{}, map[int]int{}
	turn := make([]quiet.Baton, 5)
	for i := 0; i < 4; i++ {
		i := i
		go func() {
			turn[i].Await()
			if i == 2 {
				rw.Lock()
				m["x"] = 2
				rw.Unlock()
			} else {
				rw.RLock()
				hits[m["x"]]++ // want race
				rw.RUnlock()
			}
			turn[i+1].Pass()
		}()
	}
	turn[0].Pass()
	turn[4].Await()
}

// Both readers come before the writer, each through its own RUnlock.
func TestNoRaceStdRWMutexTransitive(t *testing.T) {
	var rw sync.RWMutex
	m := map[string]int{}
	read := make([]quiet.Baton, 2)
	for i := range read {
		i := i
		go func() {
			rw.RLock()
			_ = m["x"]
			rw.RUnlock()
			read[i].Pass()
		}()
	}
	read[0].Await()
	read[1].Await()
	rw.Lock()
	m["x"] = 42
	rw.Unlock()
}
