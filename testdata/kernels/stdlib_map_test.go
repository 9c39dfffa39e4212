package kernels

import (
	"testing"

	"kernels/internal/quiet"
)

// The situations of runtime/race/testdata/map_test.go, in code of our own.
//
// Left out because the race there is not on a map object:
//   - RaceMapLen and RaceMapLenDelete look at the map through len only, which
//     is out of scope;
//   - RaceMapVariable, RaceMapVariable2 and RaceMapVariable3 race on the
//     variable that holds the map;
//   - the PartKey, PartVal, BigKey and BigVal tests race on a key or value
//     that is copied into or out of the map;
//   - RaceMapAssignMultipleReturn races on the element of a slice in the map.

// RaceMapRW: a lookup against an assignment.
func TestRaceStdMapRW(t *testing.T) {
	age := map[int]int{}
	var looked quiet.Baton
	go func() {
		_ = age[7] // want race
		looked.Pass()
	}()
	looked.Await()
	age[7] = 30 // want race
}

// RaceMapRW2: the same with the two-valued lookup.
func TestRaceStdMapRW2(t *testing.T) {
	age := map[int]int{}
	var looked quiet.Baton
	go func() {
		if _, known := age[7]; known { // want race
			t.Error("nothing is known yet")
		}
		looked.Pass()
	}()
	looked.Await()
	age[7] = 30 // want race
}

// RaceMapRWArray: the value is an array of which one element is read.
func TestRaceStdMapRWArray(t *testing.T) {
	span := map[int][2]int{}
	var looked quiet.Baton
	go func() {
		if span[3][1] != 0 { // want race
			t.Error("no span yet")
		}
		looked.Pass()
	}()
	looked.Await()
	span[4] = [2]int{10, 20} // want race
}

// RaceMapRange: a range over an empty map against an assignment.
func TestRaceStdMapRange(t *testing.T) {
	names := map[int]string{}
	var ranged quiet.Baton
	go func() {
		for range names { // want race
			t.Error("the map is empty")
		}
		ranged.Pass()
	}()
	ranged.Await()
	names[1] = "one" // want race
}

// RaceMapRange2: the same with the assignment first and both loop variables.
func TestRaceStdMapRange2(t *testing.T) {
	names := map[int]string{}
	var stored quiet.Baton
	go func() {
		names[1] = "one" // want race
		stored.Pass()
	}()
	stored.Await()
	for id, name := range names { // want race
		if id != len(name)-2 {
			t.Error("wrong entry")
		}
	}
}

// RaceMapDelete: a delete against an assignment of the same key.
func TestRaceStdMapDelete(t *testing.T) {
	flags := map[string]bool{}
	var deleted quiet.Baton
	go func() {
		delete(flags, "debug") // want race
		deleted.Pass()
	}()
	deleted.Await()
	flags["debug"] = true // want race
}

// NoRaceMapRR: two lookups.
func TestNoRaceStdMapRR(t *testing.T) {
	age := map[int]int{7: 30}
	found := make(chan bool, 1)
	go func() {
		_, ok := age[7]
		found <- ok
	}()
	_, ok := age[8]
	if ok || !<-found {
		t.Error("wrong answer")
	}
}

// NoRaceMapRangeRange: two range loops over a map with an entry.
func TestNoRaceStdMapRangeRange(t *testing.T) {
	names := map[int]string{}
	names[1] = "one"
	rounds := make(chan int, 1)
	count := func() (n int) {
		for range names {
			n++
		}
		return n
	}
	go func() { rounds <- count() }()
	if count() != <-rounds {
		t.Error("lost an entry")
	}
}
