package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// Atomics as the only edge between two writes.

// handover writes to a map in a new goroutine, which then calls raise. It
// writes to the same map itself as soon as raised reports true.
func handover(raise func(), raised func() bool) {
	m := map[int]int{}
	go func() {
		m[1] = 1
		raise()
	}()
	for !raised() {
		runtime.Gosched()
	}
	m[2] = 2
}

// atomic.Bool as a flag.
func TestNoRaceAtomicBool(t *testing.T) {
	var a, b, c atomic.Bool
	handover(func() { a.Store(true) }, a.Load)
	handover(func() { b.Swap(true) }, func() bool { return b.CompareAndSwap(true, false) })
	handover(func() { c.CompareAndSwap(false, true) }, func() bool { return c.Swap(false) })
}

// atomic.Int32 as a flag.
func TestNoRaceAtomicInt32(t *testing.T) {
	var a, b, c, d atomic.Int32
	handover(func() { a.Store(1) }, func() bool { return a.Load() == 1 })
	handover(func() { b.Add(1) }, func() bool { return b.CompareAndSwap(1, 0) })
	handover(func() { c.Swap(1) }, func() bool { return c.Add(0) == 1 })
	handover(func() { d.CompareAndSwap(0, 1) }, func() bool { return d.Swap(0) == 1 })
}

// atomic.Int64 as a flag.
func TestNoRaceAtomicInt64(t *testing.T) {
	var a, b, c, d atomic.Int64
	handover(func() { a.Store(1) }, func() bool { return a.Load() == 1 })
	handover(func() { b.Add(1) }, func() bool { return b.CompareAndSwap(1, 0) })
	handover(func() { c.Swap(1) }, func() bool { return c.Add(0) == 1 })
	handover(func() { d.CompareAndSwap(0, 1) }, func() bool { return d.Swap(0) == 1 })
}

// atomic.Uint32 as a flag.
func TestNoRaceAtomicUint32(t *testing.T) {
	var a, b, c, d atomic.Uint32
	handover(func() { a.Store(1) }, func() bool { return a.Load() == 1 })
	handover(func() { b.Add(1) }, func() bool { return b.CompareAndSwap(1, 0) })
	handover(func() { c.Swap(1) }, func() bool { return c.Add(0) == 1 })
	handover(func() { d.CompareAndSwap(0, 1) }, func() bool { return d.Swap(0) == 1 })
}

// atomic.Uint64 as a flag.
func TestNoRaceAtomicUint64(t *testing.T) {
	var a, b, c, d atomic.Uint64
	handover(func() { a.Store(1) }, func() bool { return a.Load() == 1 })
	handover(func() { b.Add(1) }, func() bool { return b.CompareAndSwap(1, 0) })
	handover(func() { c.Swap(1) }, func() bool { return c.Add(0) == 1 })
	handover(func() { d.CompareAndSwap(0, 1) }, func() bool { return d.Swap(0) == 1 })
}

// atomic.Uintptr as a flag.
func TestNoRaceAtomicUintptr(t *testing.T) {
	var a, b, c, d atomic.Uintptr
	handover(func() { a.Store(1) }, func() bool { return a.Load() == 1 })
	handover(func() { b.Add(1) }, func() bool { return b.CompareAndSwap(1, 0) })
	handover(func() { c.Swap(1) }, func() bool { return c.Add(0) == 1 })
	handover(func() { d.CompareAndSwap(0, 1) }, func() bool { return d.Swap(0) == 1 })
}

// atomic.Pointer as a flag.
func TestNoRaceAtomicPointerFlag(t *testing.T) {
	x := new(int)
	var a, b, c atomic.Pointer[int]
	handover(func() { a.Store(x) }, func() bool { return a.Load() == x })
	handover(func() { b.Swap(x) }, func() bool { return b.CompareAndSwap(x, nil) })
	handover(func() { c.CompareAndSwap(nil, x) }, func() bool { return c.Swap(nil) == x })
}

// atomic.Value as a flag.
func TestNoRaceAtomicValueFlag(t *testing.T) {
	var a, b, c atomic.Value
	handover(func() { a.Store("go") }, func() bool { return a.Load() != nil })
	handover(func() { b.Swap("go") }, func() bool { return b.CompareAndSwap("go", "gone") })
	c.Store("wait")
	handover(func() { c.CompareAndSwap("wait", "go") }, func() bool { return c.Load() == "go" })
}

// The functions for int32.
func TestNoRaceAtomicFuncsInt32(t *testing.T) {
	var a, b, c, d int32
	handover(func() { atomic.StoreInt32(&a, 1) }, func() bool { return atomic.LoadInt32(&a) == 1 })
	handover(func() { atomic.AddInt32(&b, 1) }, func() bool { return atomic.CompareAndSwapInt32(&b, 1, 0) })
	handover(func() { atomic.SwapInt32(&c, 1) }, func() bool { return atomic.AddInt32(&c, 0) == 1 })
	handover(func() { atomic.CompareAndSwapInt32(&d, 0, 1) }, func() bool { return atomic.SwapInt32(&d, 0) == 1 })
}

// The functions for int64.
func TestNoRaceAtomicFuncsInt64(t *testing.T) {
	var a, b, c, d int64
	handover(func() { atomic.StoreInt64(&a, 1) }, func() bool { return atomic.LoadInt64(&a) == 1 })
	handover(func() { atomic.AddInt64(&b, 1) }, func() bool { return atomic.CompareAndSwapInt64(&b, 1, 0) })
	handover(func() { atomic.SwapInt64(&c, 1) }, func() bool { return atomic.AddInt64(&c, 0) == 1 })
	handover(func() { atomic.CompareAndSwapInt64(&d, 0, 1) }, func() bool { return atomic.SwapInt64(&d, 0) == 1 })
}

// The functions for uint32.
func TestNoRaceAtomicFuncsUint32(t *testing.T) {
	var a, b, c, d uint32
	handover(func() { atomic.StoreUint32(&a, 1) }, func() bool { return atomic.LoadUint32(&a) == 1 })
	handover(func() { atomic.AddUint32(&b, 1) }, func() bool { return atomic.CompareAndSwapUint32(&b, 1, 0) })
	handover(func() { atomic.SwapUint32(&c, 1) }, func() bool { return atomic.AddUint32(&c, 0) == 1 })
	handover(func() { atomic.CompareAndSwapUint32(&d, 0, 1) }, func() bool { return atomic.SwapUint32(&d, 0) == 1 })
}

// The functions for uint64.
func TestNoRaceAtomicFuncsUint64(t *testing.T) {
	var a, b, c, d uint64
	handover(func() { atomic.StoreUint64(&a, 1) }, func() bool { return atomic.LoadUint64(&a) == 1 })
	handover(func() { atomic.AddUint64(&b, 1) }, func() bool { return atomic.CompareAndSwapUint64(&b, 1, 0) })
	handover(func() { atomic.SwapUint64(&c, 1) }, func() bool { return atomic.AddUint64(&c, 0) == 1 })
	handover(func() { atomic.CompareAndSwapUint64(&d, 0, 1) }, func() bool { return atomic.SwapUint64(&d, 0) == 1 })
}

// The functions for uintptr.
func TestNoRaceAtomicFuncsUintptr(t *testing.T) {
	var a, b, c, d uintptr
	handover(func() { atomic.StoreUintptr(&a, 1) }, func() bool { return atomic.LoadUintptr(&a) == 1 })
	handover(func() { atomic.AddUintptr(&b, 1) }, func() bool { return atomic.CompareAndSwapUintptr(&b, 1, 0) })
	handover(func() { atomic.SwapUintptr(&c, 1) }, func() bool { return atomic.AddUintptr(&c, 0) == 1 })
	handover(func() { atomic.CompareAndSwapUintptr(&d, 0, 1) }, func() bool { return atomic.SwapUintptr(&d, 0) == 1 })
}

// The functions for unsafe.Pointer.
func TestNoRaceAtomicFuncsPointer(t *testing.T) {
	var a, b, c unsafe.Pointer
	x := unsafe.Pointer(new(int))
	handover(func() { atomic.StorePointer(&a, x) }, func() bool { return atomic.LoadPointer(&a) == x })
	handover(func() { atomic.SwapPointer(&b, x) }, func() bool { return atomic.CompareAndSwapPointer(&b, x, nil) })
	handover(func() { atomic.CompareAndSwapPointer(&c, nil, x) }, func() bool { return atomic.SwapPointer(&c, nil) == x })
}

// Counter of finished workers: the edges of all Adds pile up.
func TestNoRaceAtomicCountdown(t *testing.T) {
	var left atomic.Int32
	left.Store(3)
	var parts [3]map[int]int
	for i := range parts {
		i := i
		parts[i] = map[int]int{}
		go func() {
			parts[i][i] = i
			left.Add(-1)
		}()
	}
	for left.Load() != 0 {
		runtime.Gosched()
	}
	for i := range parts {
		clear(parts[i])
	}
}

// Reference count: the goroutine that drops the last reference cleans up.
func TestNoRaceRefCount(t *testing.T) {
	var refs atomic.Int32
	m := map[int]int{1: 1}
	refs.Store(3)
	done := make(chan int, 3)
	for i := 0; i < 3; i++ {
		go func() {
			_ = m[1]
			if refs.Add(-1) == 0 {
				clear(m)
			}
			done <- 1
		}()
	}
	for i := 0; i < 3; i++ {
		<-done
	}
}

// Spin lock by compare-and-swap.
func TestNoRaceSpinLock(t *testing.T) {
	var lock atomic.Bool
	m := map[int]int{}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			for !lock.CompareAndSwap(false, true) {
				runtime.Gosched()
			}
			m[i] = i
			lock.Store(false)
		}()
	}
	wg.Wait()
}

// Ticket lock: take a number, wait until it is called.
func TestNoRaceTicketLock(t *testing.T) {
	var next, serving uint64
	m := map[uint64]int{}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ticket := atomic.AddUint64(&next, 1) - 1
			for atomic.LoadUint64(&serving) != ticket {
				runtime.Gosched()
			}
			m[ticket]++
			atomic.AddUint64(&serving, 1)
		}()
	}
	wg.Wait()
}
