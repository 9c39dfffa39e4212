// Package quiet passes control from one goroutine to another without creating
// a happens-before edge that a race detector can see.
//
// A racy kernel needs two accesses that are unordered in the happens-before
// sense and yet never overlap in time: overlapping map writes kill the program
// with "concurrent map writes". A Baton gives exactly that. The second
// goroutine waits until the first has finished its access, but it learns so
// from a plain memory word that is read and written by functions marked
// //go:norace. There is no channel, no lock, no sync/atomic call, no timer and
// no system call in between, so nothing is there for a detector to hook into.
//
// The words are ordinary memory on purpose. What makes the hand-over work on
// the hardware is [runtime.Gosched], called between the map access and the
// word on both sides: the scheduler lock it takes and releases inside the
// runtime is a full memory barrier, and it is not a synchronisation event of
// the Go memory model.
package quiet

import (
	"runtime"
	"time"
)

// A Baton is passed once, from one goroutine to any number of others. The zero
// Baton is ready for use. Use several of them for several steps.
type Baton struct {
	passed uint32
}

// Pass says that the caller has done its part.
//
//go:norace
//go:noinline
func (b *Baton) Pass() {
	runtime.Gosched()
	store(&b.passed, 1)
}

// Await returns once Pass has been called.
//
//go:norace
//go:noinline
func (b *Baton) Await() {
	start := time.Now()
	for n := 1; load(&b.passed) == 0; n++ {
		runtime.Gosched()
		if n%(1<<16) == 0 && time.Since(start) > time.Minute {
			panic("quiet: baton was never passed")
		}
	}
	runtime.Gosched()
}

// A Cell is a variable whose own data race is hidden. Kernels use it where the
// real pattern publishes a map through a plain, unprotected variable: the race
// on the variable disappears, the one on the map object it refers to stays.
type Cell[T any] struct {
	v T
}

// Set stores v as a plain assignment would.
//
//go:norace
//go:noinline
func (c *Cell[T]) Set(v T) { c.v = v }

// Get loads the value as a plain read would.
//
//go:norace
//go:noinline
func (c *Cell[T]) Get() T { return c.v }

//go:norace
//go:noinline
func store(p *uint32, v uint32) { *p = v }

//go:norace
//go:noinline
func load(p *uint32) uint32 { return *p }
