package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"kernels/internal/quiet"
)

// Memory that is used again: a new map or lock at an old address is a new
// object. Nothing orders the goroutines and their parent unless the kernel says
// so; a detector that takes the new object for the old one must raise an alarm,
// or miss a race.

var sink map[int]int

// keep makes its argument escape to the heap.
//
//go:norace
//go:noinline
func keep(m map[int]int) { sink = m }

// Short-lived maps on the heap, collected between two generations of goroutines.
func TestNoRaceHeapReuse(t *testing.T) {
	for round := 0; round < 3; round++ {
		var done quiet.Baton
		go func() {
			for i := 0; i < 50; i++ {
				m := make(map[int]int)
				m[i] = i
				keep(m)
			}
			done.Pass()
		}()
		done.Await()
		keep(nil)
		runtime.GC()
		for i := 0; i < 50; i++ {
			m := make(map[int]int)
			m[i] = i
			keep(m)
		}
		keep(nil)
	}
}

// Large tables that grow: the buckets move, the old ones are collected.
func TestNoRaceTableReuse(t *testing.T) {
	for round := 0; round < 3; round++ {
		var done quiet.Baton
		go func() {
			m := make(map[int]int)
			for i := 0; i < 2000; i++ {
				m[i] = i
			}
			keep(m)
			done.Pass()
		}()
		done.Await()
		keep(nil)
		runtime.GC()
	}
}

// Maps that do not escape live on goroutine stacks, and stacks are used again.
func TestNoRaceStackMaps(t *testing.T) {
	for round := 0; round < 50; round++ {
		var done quiet.Baton
		go func() {
			m := make(map[int]int)
			for i := 0; i < 5; i++ {
				m[i] += i
			}
			done.Pass()
		}()
		done.Await()
	}
}

// A map on a stack that grows: the map object is moved with the stack.
func TestNoRaceStackGrowth(t *testing.T) {
	var deep func(n int) int
	deep = func(n int) int {
		var pad [64]int
		if n == 0 {
			return pad[n]
		}
		return deep(n-1) + pad[n%64]
	}
	for round := 0; round < 10; round++ {
		var done quiet.Baton
		go func() {
			m := make(map[int]int)
			m[1] = 1
			deep(100)
			m[2] = m[1]
			done.Pass()
		}()
		done.Await()
	}
}

// Struct with a map in it, allocated and dropped again and again.
func TestNoRaceObjectReuse(t *testing.T) {
	type request struct {
		id   int
		args map[int]int
	}
	serve := func(id int) {
		r := &request{id: id, args: map[int]int{}}
		r.args[id]++
		keep(r.args)
	}
	for round := 0; round < 3; round++ {
		var done quiet.Baton
		go func() {
			for i := 0; i < 20; i++ {
				serve(i)
			}
			done.Pass()
		}()
		done.Await()
		keep(nil)
		runtime.GC()
		serve(round)
	}
}

// A cleared map keeps its object: still one owner after the other, each handed over.
func TestNoRaceClearAndReuse(t *testing.T) {
	m := map[int]int{}
	turn := make(chan int)
	for round := 0; round < 5; round++ {
		go func() {
			clear(m)
			m[1]++
			turn <- 1
		}()
		<-turn
	}
}

// Locks, groups and channels that are made and dropped together with their map.
func TestNoRaceSyncObjectReuse(t *testing.T) {
	for round := 0; round < 30; round++ {
		var mu sync.Mutex
		var wg sync.WaitGroup
		c := make(chan int)
		m := map[int]int{}
		for i := 0; i < 2; i++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				mu.Lock()
				defer mu.Unlock()
				m[round]++
			}()
		}
		go func() {
			wg.Wait()
			m[-1]++
			close(c)
		}()
		<-c
		clear(m)
		if round == 15 {
			runtime.GC()
		}
	}
}

// The lock of the first goroutine is dropped and collected; the second has a new one.
func TestRaceLockAddressReused(t *testing.T) {
	m := map[int]int{}
	put := func(k int) {
		mu := new(sync.Mutex)
		mu.Lock()
		m[k] = k // want race
		mu.Unlock()
	}
	var done quiet.Baton
	go func() {
		put(1)
		done.Pass()
	}()
	done.Await()
	runtime.GC()
	put(2)
}

// The same with channels: each goroutine makes its own and throws it away.
func TestRaceChannelAddressReused(t *testing.T) {
	m := map[int]int{}
	put := func(k int) {
		c := make(chan int, 1)
		c <- k
		m[k] = <-c // want race
		c <- k
	}
	var done quiet.Baton
	go func() {
		put(1)
		done.Pass()
	}()
	done.Await()
	runtime.GC()
	put(2)
}

// Locks on goroutine stacks: the stack of the first goroutine serves the second.
func TestRaceStackLockReused(t *testing.T) {
	m := map[int]int{}
	put := func(k int, done *quiet.Baton) {
		var lock atomic.Int32
		for !lock.CompareAndSwap(0, 1) {
			runtime.Gosched()
		}
		m[k] = k // want race
		lock.Store(0)
		done.Pass()
	}
	for k := 0; k < 3; k++ {
		k := k
		var done quiet.Baton
		go func() { put(k, &done) }()
		done.Await()
	}
}

// The map of the first goroutine is dropped; only the second map is shared.
func TestRaceAfterMapReuse(t *testing.T) {
	var done, again quiet.Baton
	go func() {
		m := make(map[int]int)
		m[1] = 1
		keep(m)
		done.Pass()
	}()
	done.Await()
	keep(nil)
	runtime.GC()
	m := make(map[int]int)
	go func() {
		m[1] = 1 // want race
		again.Pass()
	}()
	again.Await()
	_ = m[1] // want race
}
