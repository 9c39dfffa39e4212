package kernels

import (
	"errors"
	"runtime"
	"sync"
	"testing"
)

// Correct locking. In most kernels the lock is the only edge between the accesses.

// Counter map guarded by a mutex.
func TestNoRaceMutex(t *testing.T) {
	var mu sync.Mutex
	hits := map[string]int{}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			hits["/"]++
		}()
	}
	wg.Wait()
	if hits["/"] != 4 {
		t.Error("lost an increment")
	}
}

// Read-mostly table guarded by a RWMutex.
func TestNoRaceRWMutex(t *testing.T) {
	var mu sync.RWMutex
	table := map[int]int{}
	var wg sync.WaitGroup
	for i := 0; i < 6; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			if i%3 == 0 {
				mu.Lock()
				table[i] = i
				mu.Unlock()
				return
			}
			mu.RLock()
			_ = table[i]
			mu.RUnlock()
		}()
	}
	wg.Wait()
}

// Check under the read lock, then check again and write under the write lock.
func TestNoRaceRLockThenLock(t *testing.T) {
	var mu sync.RWMutex
	m := map[string]int{}
	get := func(k string) int {
		mu.RLock()
		v, ok := m[k]
		mu.RUnlock()
		if ok {
			return v
		}
		mu.Lock()
		defer mu.Unlock()
		if _, ok := m[k]; !ok {
			m[k] = len(k)
		}
		return m[k]
	}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			get("key")
		}()
	}
	wg.Wait()
}

type embeddedMutex struct {
	sync.Mutex
	m map[string]int
}

// Embedded mutex, locked through the promoted methods.
func TestNoRaceEmbeddedMutex(t *testing.T) {
	s := embeddedMutex{m: map[string]int{}}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.Lock()
			defer s.Unlock()
			s.m["a"]++
		}()
	}
	wg.Wait()
}

// Embedded RWMutex behind a pointer.
func TestNoRaceEmbeddedRWMutexPointer(t *testing.T) {
	s := struct {
		*sync.RWMutex
		m map[string]int
	}{new(sync.RWMutex), map[string]int{}}
	done := make(chan int, 2)
	go func() {
		s.Lock()
		s.m["a"] = 1
		s.Unlock()
		done <- 1
	}()
	go func() {
		s.RLock()
		_ = s.m["a"]
		s.RUnlock()
		done <- 1
	}()
	<-done
	<-done
}

// Sharded map: each shard has its own lock.
func TestNoRaceShardedLocks(t *testing.T) {
	type shard struct {
		mu sync.Mutex
		m  map[int]int
	}
	var shards [4]shard
	for i := range shards {
		shards[i].m = map[int]int{}
	}
	var wg sync.WaitGroup
	for g := 0; g < 4; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := 0; k < 40; k++ {
				s := &shards[k%4]
				s.mu.Lock()
				s.m[k]++
				s.mu.Unlock()
			}
		}()
	}
	wg.Wait()
}

// The lock is used through the sync.Locker interface; one side is RLocker.
func TestNoRaceLockerInterface(t *testing.T) {
	var mu sync.RWMutex
	m := map[string]int{}
	with := func(l sync.Locker, f func()) {
		l.Lock()
		defer l.Unlock()
		f()
	}
	done := make(chan int, 2)
	go func() {
		with(&mu, func() { m["a"] = 1 })
		done <- 1
	}()
	go func() {
		with(mu.RLocker(), func() { _ = m["a"] })
		done <- 1
	}()
	<-done
	<-done
}

// TryLock in a retry loop.
func TestNoRaceTryLock(t *testing.T) {
	var mu sync.Mutex
	m := map[int]int{}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			for !mu.TryLock() {
				runtime.Gosched()
			}
			m[i] = i
			mu.Unlock()
		}()
	}
	wg.Wait()
}

// TryRLock and TryLock of a RWMutex in retry loops.
func TestNoRaceTryRLock(t *testing.T) {
	var mu sync.RWMutex
	m := map[int]int{}
	done := make(chan int, 2)
	go func() {
		for !mu.TryRLock() {
			runtime.Gosched()
		}
		_ = m[1]
		mu.RUnlock()
		done <- 1
	}()
	go func() {
		for !mu.TryLock() {
			runtime.Gosched()
		}
		m[1] = 1
		mu.Unlock()
		done <- 1
	}()
	<-done
	<-done
}

// A mutex may be unlocked by another goroutine than the one that locked it.
func TestNoRaceUnlockByOther(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	mu.Lock()
	go func() {
		m["loaded"] = 1
		mu.Unlock()
	}()
	mu.Lock()
	m["used"] = m["loaded"]
	mu.Unlock()
}

// Panic under the lock, released by defer, recovered by the caller.
func TestNoRacePanicUnderLock(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	put := func(k string) (err error) {
		defer func() {
			if recover() != nil {
				err = errors.New("rejected")
			}
		}()
		mu.Lock()
		defer mu.Unlock()
		m[k]++
		if k == "bad" {
			panic(k)
		}
		return nil
	}
	done := make(chan int, 2)
	for _, k := range []string{"bad", "good"} {
		k := k
		go func() {
			_ = put(k)
			done <- 1
		}()
	}
	<-done
	<-done
}

// runtime.Goexit runs the deferred unlock.
func TestNoRaceGoexitUnderLock(t *testing.T) {
	var mu sync.Mutex
	m := map[int]int{}
	mu.Lock()
	go func() {
		defer mu.Unlock()
		m[1] = 1
		runtime.Goexit()
	}()
	mu.Lock()
	defer mu.Unlock()
	m[2] = m[1]
}

// The lock is passed around as a function value and deferred as one.
func TestNoRaceLockMethodValues(t *testing.T) {
	var mu sync.Mutex
	lock, unlock := mu.Lock, mu.Unlock
	m := map[int]int{}
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			lock()
			defer unlock()
			m[0]++
		}()
	}
	wg.Wait()
}

// Locks nested in a fixed order; the inner one is the one that protects.
func TestNoRaceNestedLocks(t *testing.T) {
	var outer, inner sync.Mutex
	m := map[int]int{}
	done := make(chan int, 2)
	go func() {
		outer.Lock()
		inner.Lock()
		m[1] = 1
		inner.Unlock()
		outer.Unlock()
		done <- 1
	}()
	go func() {
		inner.Lock()
		m[2] = 2
		inner.Unlock()
		done <- 1
	}()
	<-done
	<-done
}
