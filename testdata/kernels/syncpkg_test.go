package kernels

import (
	"runtime"
	"sync"
	"testing"

	"kernels/internal/flight"
	"kernels/internal/quiet"
)

// sync.Pool, sync.Map and single flight: who owns the map that is handed out?

// A map is put back into the pool while a goroutine still holds it.
func TestRacePoolRetained(t *testing.T) {
	var pool sync.Pool
	var done, again quiet.Baton
	m := map[string]int{}
	go func() {
		again.Await()
		m["late"] = 1 // want race
		done.Pass()
	}()
	var next any
	for next == nil { // Put may drop its argument
		pool.Put(m)
		next = pool.Get()
	}
	again.Pass()
	done.Await()
	next.(map[string]int)["new"] = 1 // want race
}

// Pools that hand values on order those who get them after those who put them there, and nobody else.
func TestRacePoolOfOthers(t *testing.T) {
	var theirs, ours sync.Pool
	var done quiet.Baton
	m := map[string]int{}
	go func() {
		m["a"] = 1 // want race
		for i := 0; i < 2000; i++ {
			theirs.Put(new([64]byte))
		}
		done.Pass()
	}()
	done.Await()
	for ours.Get() == nil { // Put may drop its argument
		ours.Put(new([64]byte))
	}
	m["b"] = 2 // want race
}

// The value of a sync.Map is replaced, but an old reader still uses the old map.
func TestRaceSyncMapOldValue(t *testing.T) {
	var confs sync.Map
	confs.Store("conf", map[string]int{"a": 1})
	var done quiet.Baton
	go func() {
		v, _ := confs.Load("conf")
		_ = v.(map[string]int)["a"] // want race
		done.Pass()
	}()
	done.Await()
	old, _ := confs.Swap("conf", map[string]int{})
	clear(old.(map[string]int)) // want race
}

// Range over a sync.Map hands out the inner maps without any lock.
func TestRaceSyncMapRange(t *testing.T) {
	var users sync.Map
	users.Store("ann", map[string]int{})
	var done quiet.Baton
	go func() {
		users.Range(func(_, v any) bool {
			_ = v.(map[string]int)["clicks"] // want race
			return true
		})
		done.Pass()
	}()
	done.Await()
	v, _ := users.Load("ann")
	v.(map[string]int)["clicks"]++ // want race
}

// All callers of a single flight get the same map; each takes it for its own.
func TestRaceSingleflightResult(t *testing.T) {
	var g flight.Group
	load := func() any {
		for g.Waiting("conf") == 0 {
			runtime.Gosched()
		}
		return map[string]int{}
	}
	var first quiet.Baton
	entered := make(chan int)
	finished := make(chan int)
	go func() {
		m := g.Do("conf", func() any { close(entered); return load() })
		m.(map[string]int)["leader"] = 1 // want race
		first.Pass()
		close(finished)
	}()
	<-entered
	m := g.Do("conf", load)
	first.Await()
	m.(map[string]int)["waiter"] = 1 // want race
	<-finished
}

// A pool hands a map over: Put comes before the Get that returns it.
func TestNoRacePoolHandOver(t *testing.T) {
	var pool sync.Pool
	var done quiet.Baton
	go func() {
		for i := 0; i < 8; i++ {
			m := map[int]int{}
			m[i] = i
			pool.Put(m)
		}
		done.Pass()
	}()
	done.Await()
	for v := pool.Get(); v != nil; v = pool.Get() {
		clear(v.(map[int]int))
	}
}

// Handlers borrow scratch maps from a pool and clear them before they give them back.
func TestNoRacePoolScratch(t *testing.T) {
	pool := sync.Pool{New: func() any { return map[int]int{} }}
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			scratch := pool.Get().(map[int]int)
			defer pool.Put(scratch)
			scratch[i] = i
			clear(scratch)
		}()
	}
	wg.Wait()
}

// A value with a lock at its start, which is not needed before it goes back into the pool.
func TestNoRacePoolValueWithLock(t *testing.T) {
	type scratch struct {
		mu sync.Mutex
		m  map[int]int
	}
	pool := sync.Pool{New: func() any { return &scratch{m: map[int]int{}} }}
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 8; j++ {
				s := pool.Get().(*scratch)
				s.mu.Lock()
				s.m[i] = j
				s.mu.Unlock()
				clear(s.m)
				pool.Put(s)
			}
		}()
	}
	wg.Wait()
}

// sync.Map: Store comes before the Load that sees it.
func TestNoRaceSyncMapStoreLoad(t *testing.T) {
	var sm sync.Map
	go func() {
		m := map[int]int{}
		m[1] = 1
		sm.Store("m", m)
	}()
	for {
		if v, ok := sm.Load("m"); ok {
			v.(map[int]int)[2] = 2
			return
		}
		runtime.Gosched()
	}
}

// sync.Map.LoadOrStore: the loser gets the map that the winner has filled.
func TestNoRaceSyncMapLoadOrStore(t *testing.T) {
	var sm sync.Map
	done := make(chan int, 3)
	for i := 0; i < 3; i++ {
		i := i
		go func() {
			own := map[int]int{}
			own[0] = i
			v, _ := sm.LoadOrStore("m", own)
			done <- v.(map[int]int)[0]
		}()
	}
	if a, b, c := <-done, <-done, <-done; a != b || b != c {
		t.Error("two winners")
	}
}

// sync.Map.LoadAndDelete takes the map out: its new owner may write.
func TestNoRaceSyncMapLoadAndDelete(t *testing.T) {
	var sm sync.Map
	go func() {
		m := map[int]int{}
		m[1] = 1
		sm.Store("m", m)
	}()
	for {
		if v, ok := sm.LoadAndDelete("m"); ok {
			clear(v.(map[int]int))
			return
		}
		runtime.Gosched()
	}
}

// sync.Map.Range and CompareAndSwap.
func TestNoRaceSyncMapRangeCAS(t *testing.T) {
	var sm sync.Map
	sm.Store("state", 0)
	parts := map[int]int{}
	go func() {
		parts[1] = 1
		sm.CompareAndSwap("state", 0, 1)
	}()
	for ready := false; !ready; runtime.Gosched() {
		sm.Range(func(_, v any) bool {
			ready = v == 1
			return true
		})
	}
	parts[2] = 2
}

// Single flight whose callers copy the shared result.
func TestNoRaceSingleflightCopy(t *testing.T) {
	var g flight.Group
	conf := func() map[string]int {
		shared := g.Do("conf", func() any {
			m := map[string]int{}
			m["a"] = 1
			return m
		}).(map[string]int)
		own := make(map[string]int)
		for k, v := range shared {
			own[k] = v
		}
		return own
	}
	done := make(chan int, 3)
	for i := 0; i < 3; i++ {
		go func() {
			own := conf()
			own["b"] = 2
			done <- len(own)
		}()
	}
	if <-done+<-done+<-done != 6 {
		t.Error("lost an entry")
	}
}
