package kernels

import (
	"sync"
	"testing"
	"time"

	"kernels/internal/quiet"
)

// The situations of sync_test.go and pool_test.go in runtime/race/testdata
// around a map. RacePool depends on luck (a pool may drop what it is given);
// TestRacePoolRetained is its steady form.

// The condition is signalled under the lock; the map is written before it.
func TestNoRaceStdCond(t *testing.T) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	m := map[string]int{}
	ready := false
	go func() {
		m["go"] = 1
		mu.Lock()
		ready = true
		cond.Signal()
		mu.Unlock()
	}()
	mu.Lock()
	for !ready {
		cond.Wait()
	}
	mu.Unlock()
	m["main"] = 1
}

// After the condition has been met, one side goes on without the lock.
func TestRaceStdCond(t *testing.T) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	m := map[string]int{}
	ready := false
	var wrote, done quiet.Baton
	go func() {
		m["before"] = 1
		mu.Lock()
		ready = true
		cond.Signal()
		mu.Unlock()
		wrote.Await()
		mu.Lock()
		m["locked"] = 1 // want race
		mu.Unlock()
		done.Pass()
	}()
	mu.Lock()
	for !ready {
		cond.Wait()
	}
	mu.Unlock()
	m["bare"] = 1 // want race
	wrote.Pass()
	done.Await()
}

// A function, the goroutine it starts and the goroutine started by that one.
func TestRaceStdAnnounceThreads(t *testing.T) {
	m := map[string]int{}
	var inner, outer quiet.Baton
	var f, g func()
	g = func() {
		m["g"]++
		go f()
		inner.Await()
		m["g"]++ // want race
		outer.Pass()
	}
	f = func() {
		m["f"]++ // want race
		inner.Pass()
	}
	go g()
	outer.Await()
}

// Four goroutines deep, against the function that started the first.
func TestRaceStdGoroutineCreationStack(t *testing.T) {
	m := map[string]int{}
	var done quiet.Baton
	f1 := func() {
		m["deep"] = 1 // want race
		done.Pass()
	}
	f2 := func() { go f1() }
	f3 := func() { go f2() }
	f4 := func() { go f3() }
	go f4()
	done.Await()
	m["top"] = 1 // want race
}

// A callback that sets the next timer.
func TestNoRaceStdAfterFunc1(t *testing.T) {
	m := map[string]int{"left": 2}
	done := make(chan int)
	var tick func()
	tick = func() {
		m["left"]--
		if m["left"] < 0 {
			close(done)
			return
		}
		time.AfterFunc(0, tick)
	}
	time.AfterFunc(0, tick)
	<-done
}

// A callback whose timer is stopped, perhaps too late.
func TestNoRaceStdAfterFunc2(t *testing.T) {
	m := map[string]int{}
	m["before"] = 1
	timer := time.AfterFunc(10*time.Microsecond, func() { m["fired"] = 1 })
	defer timer.Stop()
}

// A callback that reports back.
func TestNoRaceStdAfterFunc3(t *testing.T) {
	m := map[string]int{}
	done := make(chan int, 1)
	time.AfterFunc(time.Millisecond, func() {
		m["fired"] = 1
		done <- 1
	})
	<-done
	m["main"] = 1
}

// Two callbacks.
func TestRaceStdAfterFunc3(t *testing.T) {
	m := map[string]int{}
	var first quiet.Baton
	done := make(chan int, 2)
	time.AfterFunc(time.Microsecond, func() {
		m["first"] = 1 // want race
		first.Pass()
		done <- 1
	})
	time.AfterFunc(2*time.Microsecond, func() {
		first.Await()
		m["second"] = 1 // want race
		done <- 1
	})
	<-done
	<-done
}

// A method call on a nil lock panics and leaves the detector intact.
func TestNoRaceStdNilMutexCrash(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	done := make(chan int)
	go func() {
		defer close(done)
		defer func() {
			if recover() != nil {
				mu.Lock()
				m["panics"]++
				mu.Unlock()
			}
		}()
		var missing *sync.RWMutex
		missing.RLock()
	}()
	mu.Lock()
	m["main"]++
	mu.Unlock()
	<-done
	if m["panics"] != 1 {
		t.Error("no panic")
	}
}

// Each map goes through the pool to a goroutine and comes back through it.
func TestNoRaceStdPool(t *testing.T) {
	for i := 0; i < 10; i++ {
		pool := sync.Pool{New: func() any { return map[int]int{} }}
		m := pool.Get().(map[int]int)
		m[1] = 1
		pool.Put(m)
		var done quiet.Baton
		go func() {
			m := pool.Get().(map[int]int)
			m[2] = 2
			pool.Put(m)
			done.Pass()
		}()
		done.Await()
		m = pool.Get().(map[int]int)
		m[3] = 3
	}
}
