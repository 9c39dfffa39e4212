package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"kernels/internal/quiet"
)

// The situations of runtime/race/testdata/atomic_test.go around a map.

// Each of two goroutines fills its own map; whoever comes last sees both.
func TestNoRaceStdAtomicAddInt64(t *testing.T) {
	var finished int64
	mine := [2]map[int]int{{}, {}}
	done := make(chan int, 2)
	for i := range mine {
		i := i
		go func() {
			mine[i][i] = 1
			if atomic.AddInt64(&finished, 1) == 2 {
				mine[1-i][i] = 1
			}
			done <- 1
		}()
	}
	<-done
	<-done
}

// The other way round: whoever comes first must not look at the other's map.
func TestRaceStdAtomicAddInt64(t *testing.T) {
	var finished int64
	first, second := map[int]int{}, map[int]int{}
	var done quiet.Baton
	go func() {
		first[1] = 1
		if atomic.AddInt64(&finished, 1) == 1 {
			second[1] = 1 // want race
		}
		done.Pass()
	}()
	done.Await()
	second[2] = 2 // want race
	if atomic.AddInt64(&finished, 1) == 1 {
		first[2] = 2
	}
}

// The same rendezvous with a 32-bit counter.
func TestNoRaceStdAtomicAddInt32(t *testing.T) {
	var finished int32
	mine := [2]map[int]int{{}, {}}
	done := make(chan int, 2)
	for i := range mine {
		i := i
		go func() {
			mine[i][i] = 1
			if atomic.AddInt32(&finished, 1) == 2 {
				clear(mine[1-i])
			}
			done <- 1
		}()
	}
	<-done
	<-done
}

// Add publishes, Load observes.
func TestNoRaceStdAtomicLoadAddInt32(t *testing.T) {
	m := map[string]int{}
	var ready int32
	go func() {
		m["go"] = 1
		atomic.AddInt32(&ready, 1)
	}()
	for atomic.LoadInt32(&ready) == 0 {
		runtime.Gosched()
	}
	m["main"] = 1
}

// Store publishes, Load observes.
func TestNoRaceStdAtomicLoadStoreInt32(t *testing.T) {
	m := map[string]int{}
	var ready int32
	go func() {
		m["go"] = 1
		atomic.StoreInt32(&ready, 1)
	}()
	for atomic.LoadInt32(&ready) == 0 {
		runtime.Gosched()
	}
	delete(m, "go")
}

// Store publishes, a successful CompareAndSwap observes.
func TestNoRaceStdAtomicStoreCASInt32(t *testing.T) {
	m := map[string]int{}
	var ready int32
	go func() {
		m["go"] = 1
		atomic.StoreInt32(&ready, 1)
	}()
	for !atomic.CompareAndSwapInt32(&ready, 1, 0) {
		runtime.Gosched()
	}
	m["main"] = 1
}

// CompareAndSwap publishes, Load observes.
func TestNoRaceStdAtomicCASLoadInt32(t *testing.T) {
	m := map[string]int{}
	var ready int32
	go func() {
		m["go"] = 1
		atomic.CompareAndSwapInt32(&ready, 0, 1)
	}()
	for atomic.LoadInt32(&ready) == 0 {
		runtime.Gosched()
	}
	m["main"] = 1
}

// CompareAndSwap on both sides.
func TestNoRaceStdAtomicCASCASInt32(t *testing.T) {
	m := map[string]int{}
	var ready int32
	go func() {
		m["go"] = 1
		atomic.CompareAndSwapInt32(&ready, 0, 1)
	}()
	for !atomic.CompareAndSwapInt32(&ready, 1, 2) {
		runtime.Gosched()
	}
	m["main"] = 1
}

// A failed CompareAndSwap observes the value that made it fail.
func TestNoRaceStdAtomicCASCASInt32_2(t *testing.T) {
	var taken int32
	mine := [2]map[int]int{{}, {}}
	done := make(chan int, 2)
	for i := range mine {
		i := i
		go func() {
			mine[i][i] = 1
			if !atomic.CompareAndSwapInt32(&taken, 0, 1) {
				clear(mine[1-i])
			}
			done <- 1
		}()
	}
	<-done
	<-done
}

// Add and Load with 64 bits.
func TestNoRaceStdAtomicLoadInt64(t *testing.T) {
	m := map[string]int{}
	var ready int64
	go func() {
		m["go"] = 1
		atomic.AddInt64(&ready, 1)
	}()
	for atomic.LoadInt64(&ready) == 0 {
		runtime.Gosched()
	}
	m["main"] = 1
}

// CompareAndSwap on both sides, unsigned.
func TestNoRaceStdAtomicCASCASUInt64(t *testing.T) {
	m := map[string]int{}
	var ready uint64
	go func() {
		m["go"] = 1
		atomic.CompareAndSwapUint64(&ready, 0, 1)
	}()
	for !atomic.CompareAndSwapUint64(&ready, 1, 2) {
		runtime.Gosched()
	}
	clear(m)
}

// A pointer as the flag.
func TestNoRaceStdAtomicLoadStorePointer(t *testing.T) {
	m := map[string]int{}
	mark := unsafe.Pointer(new(int64))
	var ready unsafe.Pointer
	go func() {
		m["go"] = 1
		atomic.StorePointer(&ready, mark)
	}()
	for atomic.LoadPointer(&ready) != mark {
		runtime.Gosched()
	}
	m["main"] = 1
}

// Store publishes, CompareAndSwap observes, unsigned.
func TestNoRaceStdAtomicStoreCASUint64(t *testing.T) {
	m := map[string]int{}
	var ready uint64
	go func() {
		m["go"] = 1
		atomic.StoreUint64(&ready, 1)
	}()
	for !atomic.CompareAndSwapUint64(&ready, 1, 0) {
		runtime.Gosched()
	}
	m["main"] = 1
}

// An atomic operation on a nil pointer panics and leaves the detector intact.
func TestNoRaceStdAtomicCrash(t *testing.T) {
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
		var missing *int32
		atomic.AddInt32(missing, 1)
	}()
	mu.Lock()
	m["main"]++
	mu.Unlock()
	<-done
	if m["panics"] != 1 {
		t.Error("no panic")
	}
}

// The atomic function itself is deferred, in a tree of goroutines.
func TestNoRaceStdDeferAtomicStore(t *testing.T) {
	type node struct {
		m     map[int]int
		ready int64
	}
	var fork func(n *node, depth int)
	fork = func(n *node, depth int) {
		defer atomic.StoreInt64(&n.ready, 1)
		n.m[depth] = depth
		if depth == 0 {
			return
		}
		left, right := &node{m: map[int]int{}}, &node{m: map[int]int{}}
		go fork(left, depth-1)
		go fork(right, depth-1)
		for atomic.LoadInt64(&left.ready)+atomic.LoadInt64(&right.ready) != 2 {
			runtime.Gosched()
		}
		clear(left.m)
		clear(right.m)
	}
	fork(&node{m: map[int]int{}}, 4)
}
