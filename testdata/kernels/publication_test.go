package kernels

import (
	"maps"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// Maps that are published once and then only read, or replaced as a whole.

// Map published with atomic.Pointer.
func TestNoRaceAtomicPointerPublish(t *testing.T) {
	var current atomic.Pointer[map[string]int]
	go func() {
		m := map[string]int{}
		m["a"] = 1
		current.Store(&m)
	}()
	for current.Load() == nil {
		runtime.Gosched()
	}
	if (*current.Load())["a"] != 1 {
		t.Error("lost an entry")
	}
}

// Map published with atomic.Value.
func TestNoRaceAtomicValuePublish(t *testing.T) {
	var current atomic.Value
	go func() {
		m := map[string]int{}
		m["a"] = 1
		current.Store(m)
	}()
	for current.Load() == nil {
		runtime.Gosched()
	}
	if current.Load().(map[string]int)["a"] != 1 {
		t.Error("lost an entry")
	}
}

// Copy on write: writers copy under a lock, readers load without one.
func TestNoRaceCopyOnWrite(t *testing.T) {
	var mu sync.Mutex
	var current atomic.Value
	current.Store(map[int]int{})
	put := func(key int) {
		mu.Lock()
		defer mu.Unlock()
		next := map[int]int{key: key}
		for k, v := range current.Load().(map[int]int) {
			next[k] = v
		}
		current.Store(next)
	}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			put(i)
			for range current.Load().(map[int]int) {
			}
		}()
	}
	wg.Wait()
}

// Copy on write without a lock: compare-and-swap in a retry loop.
func TestNoRaceCopyOnWriteCAS(t *testing.T) {
	var current atomic.Pointer[map[int]int]
	current.Store(&map[int]int{})
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				old := current.Load()
				next := maps.Clone(*old)
				next[i] = i
				if current.CompareAndSwap(old, &next) {
					return
				}
			}
		}()
	}
	wg.Wait()
	if len(*current.Load()) != 4 {
		t.Error("lost an entry")
	}
}

// Double buffering: Swap takes the filled map away and leaves an empty one.
func TestNoRaceSwapOut(t *testing.T) {
	var mu sync.Mutex
	active := map[int]int{}
	add := func(k int) {
		mu.Lock()
		active[k]++
		mu.Unlock()
	}
	flush := func() map[int]int {
		mu.Lock()
		defer mu.Unlock()
		full := active
		active = map[int]int{}
		return full
	}
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			add(i)
			full := flush()
			full[100] = i
			add(i)
		}()
	}
	wg.Wait()
}

// Double-checked initialisation with an atomic first check.
func TestNoRaceDoubleChecked(t *testing.T) {
	var mu sync.Mutex
	var table atomic.Pointer[map[string]int]
	lookup := func(k string) int {
		if p := table.Load(); p != nil {
			return (*p)[k]
		}
		mu.Lock()
		defer mu.Unlock()
		if table.Load() == nil {
			m := map[string]int{}
			m["a"] = 1
			table.Store(&m)
		}
		return (*table.Load())[k]
	}
	done := make(chan int)
	for i := 0; i < 3; i++ {
		go func() { done <- lookup("a") }()
	}
	if <-done+<-done+<-done != 3 {
		t.Error("read an empty table")
	}
}

// Linked snapshots: each node is complete before it is published.
func TestNoRaceAtomicList(t *testing.T) {
	type node struct {
		m    map[int]int
		next *node
	}
	var head atomic.Pointer[node]
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			n := &node{m: map[int]int{}}
			n.m[i] = i
			for {
				n.next = head.Load()
				if head.CompareAndSwap(n.next, n) {
					break
				}
			}
		}()
	}
	for seen := 0; seen < 3; {
		seen = 0
		for n := head.Load(); n != nil; n = n.next {
			for range n.m {
				seen++
			}
		}
		runtime.Gosched()
	}
	wg.Wait()
}

// Two maps in one struct: each goroutine has its own, nothing is shared.
func TestNoRaceDisjointMaps(t *testing.T) {
	pair := struct{ left, right map[int]int }{map[int]int{}, map[int]int{}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		pair.left[1] = 1
	}()
	go func() {
		defer wg.Done()
		pair.right[1] = 1
	}()
	wg.Wait()
}

// The outer map is only read; every goroutine writes an inner map of its own.
func TestNoRaceInnerMaps(t *testing.T) {
	perUser := map[string]map[string]int{"ann": {}, "bob": {}}
	var wg sync.WaitGroup
	for user := range perUser {
		user := user
		wg.Add(1)
		go func() {
			defer wg.Done()
			perUser[user]["clicks"]++
		}()
	}
	wg.Wait()
}

// Map of pointers: the map is only read, each goroutine changes what one entry points to.
func TestNoRaceMapOfPointers(t *testing.T) {
	type counter struct{ n atomic.Int64 }
	counters := map[string]*counter{"a": {}, "b": {}}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, c := range counters {
				c.n.Add(1)
			}
		}()
	}
	wg.Wait()
}

// Concurrent readers of one map, all kinds of reads.
func TestNoRaceReadersOnly(t *testing.T) {
	m := map[int]int{1: 1, 2: 2}
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = m[1]
			_, _ = m[3]
			for range m {
			}
			_ = maps.Clone(m)
		}()
	}
	wg.Wait()
}

// A nil map has no object: reading, ranging, deleting and clearing it is harmless.
func TestNoRaceNilMap(t *testing.T) {
	var m map[string]int
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = m["a"]
			delete(m, "a")
			clear(m)
			for range m {
			}
		}()
	}
	wg.Wait()
}

// Two publishers that know nothing of each other replace the map all the time; who loads one may read it,
// however soon the next is there.
func TestNoRaceTwoPublishers(t *testing.T) {
	const rounds = 20_000
	var current atomic.Pointer[map[int]int]
	var plain unsafe.Pointer
	var wg sync.WaitGroup
	for w := 0; w < 2; w++ {
		wg.Add(1)
		go func(w int) {
			defer wg.Done()
			for i := 0; i < rounds; i++ {
				m := map[int]int{w: i}
				current.Store(&m)
				n := map[int]int{w: i}
				atomic.StorePointer(&plain, unsafe.Pointer(&n))
			}
		}(w)
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		for i := 0; i < rounds; i++ {
			if m := current.Load(); m != nil && len(*m) > 0 {
				_ = (*m)[0]
			}
			if m := (*map[int]int)(atomic.LoadPointer(&plain)); m != nil {
				_ = (*m)[1]
			}
		}
	}()
	wg.Wait()
}

// A flag that nobody has set yet, in one word with another that was: who sees it set for the first time may
// read what was written before.
func TestNoRaceFlagBesideAnother(t *testing.T) {
	const rounds = 2000
	for i := 0; i < rounds; i++ {
		var flags struct{ other, ready atomic.Uint32 }
		flags.other.Store(1)
		m := map[int]int{}
		done := make(chan bool)
		go func() {
			m[1] = i
			flags.ready.Store(1)
			done <- true
		}()
		for flags.ready.Load() == 0 {
			runtime.Gosched()
		}
		if m[1] != i {
			t.Error("lost an entry")
		}
		<-done
	}
}
