package kernels

import (
	"runtime"
	"testing"
	"time"
)

// Finalizers run in a goroutine of their own; SetFinalizer comes before them.

type resource struct {
	name  string
	state map[string]int
}

// collect runs the garbage collector until done is closed.
func collect(done chan int) {
	for {
		runtime.GC()
		select {
		case <-done:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// A finalizer uses the map of its object.
func TestNoRaceFinalizer(t *testing.T) {
	done := make(chan int)
	func() {
		r := &resource{name: "file", state: map[string]int{}}
		r.state["open"] = 1
		runtime.SetFinalizer(r, func(r *resource) {
			delete(r.state, "open")
			close(done)
		})
	}()
	collect(done)
}

// The object was used and dropped by another goroutine than the one that made it.
func TestNoRaceFinalizerOtherGoroutine(t *testing.T) {
	done := make(chan int)
	objects := make(chan *resource)
	go func() {
		r := <-objects
		r.state["used"]++
		runtime.KeepAlive(r)
	}()
	func() {
		r := &resource{name: "file", state: map[string]int{}}
		runtime.SetFinalizer(r, func(r *resource) {
			r.state["closed"]++
			close(done)
		})
		objects <- r
	}()
	collect(done)
}

// The finalizer reports back; its map is read after that.
func TestNoRaceFinalizerReports(t *testing.T) {
	closed := map[string]int{}
	done := make(chan int)
	func() {
		r := &resource{name: "file"}
		runtime.SetFinalizer(r, func(r *resource) {
			closed[r.name]++
			close(done)
		})
	}()
	collect(done)
	if closed["file"] != 1 {
		t.Error("not closed")
	}
}
