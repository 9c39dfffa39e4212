package kernels

import (
	"maps"
	"testing"

	"kernels/internal/quiet"
)

// Accesses that happen inside the standard package maps.

// maps.Copy into a shared map.
func TestRaceMapsCopyInto(t *testing.T) {
	conf := map[string]string{}
	var done quiet.Baton
	go func() {
		maps.Copy(conf, map[string]string{"color": "blue"}) // want race
		done.Pass()
	}()
	done.Await()
	_ = conf["color"] // want race
}

// maps.Copy reads its source: a later write to the source is a race.
func TestRaceMapsCopyFrom(t *testing.T) {
	defaults := map[string]string{"color": "blue"}
	var done quiet.Baton
	go func() {
		maps.Copy(map[string]string{}, defaults) // want race
		done.Pass()
	}()
	done.Await()
	defaults["color"] = "red" // want race
}

// Snapshot taken with maps.Clone, then the original is changed.
func TestRaceMapsCloneThenStore(t *testing.T) {
	state := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		_ = maps.Clone(state) // want race
		done.Pass()
	}()
	done.Await()
	state["a"] = 2 // want race
}

// Snapshot taken with maps.Clone while another goroutine's write is unordered.
func TestRaceStoreThenMapsClone(t *testing.T) {
	state := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		state["b"] = 2 // want race
		done.Pass()
	}()
	done.Await()
	if snap := maps.Clone(state); len(snap) != 2 { // want race
		t.Error("lost an entry")
	}
}

// Snapshot of a large map, cloned after deletions.
func TestRaceDeleteThenMapsClone(t *testing.T) {
	state := map[int]int{}
	for i := 0; i < 1000; i++ {
		state[i] = i
	}
	var done quiet.Baton
	go func() {
		for i := 0; i < 500; i++ {
			delete(state, i) // want race
		}
		done.Pass()
	}()
	done.Await()
	if snap := maps.Clone(state); len(snap) != 500 { // want race
		t.Error("wrong size")
	}
}

// Pruning with maps.DeleteFunc against a lookup.
func TestRaceMapsDeleteFunc(t *testing.T) {
	age := map[string]int{"a": 1, "b": 90}
	var done quiet.Baton
	go func() {
		maps.DeleteFunc(age, func(_ string, n int) bool { return n > 50 }) // want race
		done.Pass()
	}()
	done.Await()
	_ = age["a"] // want race
}

// Change detection with maps.Equal against a write.
func TestRaceMapsEqual(t *testing.T) {
	old, cur := map[string]int{"a": 1}, map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		if !maps.Equal(old, cur) { // want race
			t.Error("nothing has changed yet")
		}
		done.Pass()
	}()
	done.Await()
	cur["a"] = 2 // want race
}

// A clone is a map of its own: both sides write, each to its own copy.
func TestNoRaceCloneBeforeGo(t *testing.T) {
	state := map[string]int{"a": 1}
	snap := maps.Clone(state)
	var done quiet.Baton
	go func() {
		snap["b"] = 2
		done.Pass()
	}()
	done.Await()
	state["b"] = 3
	for range state {
	}
}

// Concurrent readers through maps.Equal, maps.Clone and maps.Copy.
func TestNoRaceMapsReaders(t *testing.T) {
	state := map[string]int{"a": 1, "b": 2}
	var done quiet.Baton
	go func() {
		_ = maps.Equal(state, state)
		maps.Copy(map[string]int{}, state)
		done.Pass()
	}()
	_ = maps.Clone(state)
	done.Await()
	_ = maps.Clone(state)
}
