//go:build go1.23

package kernels

import (
	"sync"
	"sync/atomic"
	"testing"
)

// And and Or of Go 1.23.

// Or raises the flag, And takes it down.
func TestNoRaceAtomicOrAndMethods(t *testing.T) {
	var a atomic.Int32
	var b atomic.Uint32
	var c atomic.Int64
	var d atomic.Uint64
	var e atomic.Uintptr
	handover(func() { a.Or(4) }, func() bool { return a.And(^4)&4 != 0 })
	handover(func() { b.Or(4) }, func() bool { return b.And(^uint32(4))&4 != 0 })
	handover(func() { c.Or(4) }, func() bool { return c.And(^4)&4 != 0 })
	handover(func() { d.Or(4) }, func() bool { return d.And(^uint64(4))&4 != 0 })
	handover(func() { e.Or(4) }, func() bool { return e.And(^uintptr(4))&4 != 0 })
}

// The same with the functions.
func TestNoRaceAtomicOrAndFuncs(t *testing.T) {
	var a int32
	var b uint32
	var c int64
	var d uint64
	var e uintptr
	handover(func() { atomic.OrInt32(&a, 1) }, func() bool { return atomic.AndInt32(&a, 0) == 1 })
	handover(func() { atomic.OrUint32(&b, 1) }, func() bool { return atomic.AndUint32(&b, 0) == 1 })
	handover(func() { atomic.OrInt64(&c, 1) }, func() bool { return atomic.AndInt64(&c, 0) == 1 })
	handover(func() { atomic.OrUint64(&d, 1) }, func() bool { return atomic.AndUint64(&d, 0) == 1 })
	handover(func() { atomic.OrUintptr(&e, 1) }, func() bool { return atomic.AndUintptr(&e, 0) == 1 })
}

// Each worker sets its bit; whoever completes the set reads all results.
func TestNoRaceAtomicBitSet(t *testing.T) {
	var finished atomic.Uint32
	parts := [3]map[int]int{{}, {}, {}}
	var wg sync.WaitGroup
	for i := range parts {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			parts[i][i] = i
			bit := uint32(1) << i
			if finished.Or(bit)|bit == 7 {
				for _, part := range parts {
					clear(part)
				}
			}
		}()
	}
	wg.Wait()
}
