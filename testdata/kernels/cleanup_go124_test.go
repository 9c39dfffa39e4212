//go:build go1.24

package kernels

import (
	"runtime"
	"testing"
)

// runtime.AddCleanup of Go 1.24.

// The cleanup uses a map that was filled before it was attached.
func TestNoRaceAddCleanup(t *testing.T) {
	done := make(chan int)
	func() {
		r := &resource{name: "file"}
		state := map[string]int{}
		state["open"] = 1
		runtime.AddCleanup(r, func(state map[string]int) {
			delete(state, "open")
			close(done)
		}, state)
	}()
	collect(done)
}

// The cleanup reports back; the map is used again after that.
func TestNoRaceAddCleanupReports(t *testing.T) {
	closed := map[string]int{"file": 0}
	done := make(chan int)
	func() {
		r := &resource{name: "file"}
		runtime.AddCleanup(r, func(name string) {
			closed[name]++
			close(done)
		}, r.name)
	}()
	collect(done)
	closed["file"]++
}

// Cleanup of runtime/race/testdata/finalizer_test.go: the map that the cleanup
// gets is written after the cleanup was attached.
func TestNoRaceStdCleanup(t *testing.T) {
	done := make(chan int)
	set := make(chan int)
	go func() {
		r := &resource{name: "file"}
		state := map[string]int{}
		runtime.AddCleanup(r, func(state map[string]int) {
			state["cleanup"] = 1
			close(done)
		}, state)
		state["user"] = 1
		runtime.KeepAlive(r)
		close(set)
	}()
	<-set
	collect(done)
}
