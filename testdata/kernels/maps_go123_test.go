//go:build go1.23

package kernels

import (
	"iter"
	"maps"
	"slices"
	"testing"

	"kernels/internal/quiet"
)

// Iterator functions of Go 1.23: the map is read inside the iterator.

// Sorted keys from maps.Keys against a write.
func TestRaceMapsKeys(t *testing.T) {
	stock := map[string]int{"nut": 4, "bolt": 5}
	var done quiet.Baton
	go func() {
		_ = slices.Sorted(maps.Keys(stock)) // want race
		done.Pass()
	}()
	done.Await()
	stock["washer"] = 9 // want race
}

// Range over maps.All: the loop body runs inside the iterator.
func TestRaceMapsAll(t *testing.T) {
	stock := map[string]int{"nut": 4, "bolt": 5}
	var done quiet.Baton
	go func() {
		n := 0
		for _, v := range maps.All(stock) { // want race
			n += v
		}
		done.Pass()
	}()
	done.Await()
	delete(stock, "nut") // want race
}

// Collect reads the source through its iterator.
func TestRaceMapsCollect(t *testing.T) {
	stock := map[string]int{"nut": 4}
	var done quiet.Baton
	go func() {
		stock["bolt"] = 5 // want race
		done.Pass()
	}()
	done.Await()
	if got := maps.Collect(maps.All(stock)); len(got) != 2 { // want race
		t.Error("lost an entry")
	}
}

// Insert adds all pairs of a sequence to a shared map.
func TestRaceMapsInsert(t *testing.T) {
	dst := map[int]string{}
	var done quiet.Baton
	go func() {
		maps.Insert(dst, slices.All([]string{"zero", "one"})) // want race
		done.Pass()
	}()
	done.Await()
	_ = dst[1] // want race
}

// The iterator is made before the goroutine starts but runs inside it.
func TestRaceLazyIterator(t *testing.T) {
	stock := map[string]int{"nut": 4}
	values := maps.Values(stock)
	var done quiet.Baton
	go func() {
		for range values { // want race
		}
		done.Pass()
	}()
	done.Await()
	stock["bolt"] = 5 // want race
}

// A range-over-func loop whose body writes to a shared map.
func TestRaceRangeFuncBody(t *testing.T) {
	index := map[string]int{}
	var done quiet.Baton
	go func() {
		for i, s := range slices.All([]string{"a", "b"}) {
			index[s] = i // want race
		}
		done.Pass()
	}()
	done.Await()
	_ = index["a"] // want race
}

// iter.Pull: the sequence runs in a coroutine and hands control back and forth.
func TestNoRaceIterPull(t *testing.T) {
	visits := map[int]int{}
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; i < 3; i++ {
			visits[i]++
			if !yield(i) {
				return
			}
			visits[i]++
		}
	})
	defer stop()
	for i, ok := next(); ok; i, ok = next() {
		visits[i]++
	}
	if visits[2] != 3 {
		t.Error("lost a visit")
	}
}

// iter.Pull stopped early: the cleanup of the sequence runs before stop returns.
func TestNoRaceIterPullStop(t *testing.T) {
	state := map[string]bool{}
	next, stop := iter.Pull(func(yield func(int) bool) {
		defer func() { state["closed"] = true }()
		for i := 0; yield(i); i++ {
			state["running"] = true
		}
	})
	next()
	next()
	stop()
	if !state["closed"] || !state["running"] {
		t.Error("the sequence was not closed")
	}
}

// A pull iterator handed to another goroutine through a channel.
func TestNoRaceIterPullHandedOver(t *testing.T) {
	visits := map[int]int{}
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; ; i++ {
			visits[i]++
			if !yield(i) {
				return
			}
		}
	})
	next()
	done := make(chan int)
	go func() {
		defer close(done)
		next()
		visits[100]++
	}()
	<-done
	next()
	stop()
	visits[200]++
}
