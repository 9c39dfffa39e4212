package kernels

import (
	"reflect"
	"testing"

	"kernels/internal/quiet"
)

// Map accesses through package reflect, as decoders and mappers do them.

// Decoder stores an entry with SetMapIndex.
func TestRaceReflectSetMapIndex(t *testing.T) {
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		reflect.ValueOf(m).SetMapIndex(reflect.ValueOf("a"), reflect.ValueOf(1)) // want race
		done.Pass()
	}()
	done.Await()
	_ = m["a"] // want race
}

// SetMapIndex with a zero Value deletes the key.
func TestRaceReflectDelete(t *testing.T) {
	m := map[int]int{1: 1}
	var done quiet.Baton
	go func() {
		reflect.ValueOf(m).SetMapIndex(reflect.ValueOf(1), reflect.Value{}) // want race
		done.Pass()
	}()
	done.Await()
	m[2] = 2 // want race
}

// Field lookup by name in a template-like evaluator.
func TestRaceReflectMapIndex(t *testing.T) {
	vars := map[string]any{"x": 1}
	var done quiet.Baton
	go func() {
		_ = reflect.ValueOf(vars).MapIndex(reflect.ValueOf("x")) // want race
		done.Pass()
	}()
	done.Await()
	vars["x"] = 2 // want race
}

// Encoder that lists the keys.
func TestRaceReflectMapKeys(t *testing.T) {
	m := map[string]bool{"a": true}
	var done quiet.Baton
	go func() {
		_ = reflect.ValueOf(m).MapKeys() // want race
		done.Pass()
	}()
	done.Await()
	delete(m, "a") // want race
}

// Encoder that walks the map with a MapIter.
func TestRaceReflectMapRange(t *testing.T) {
	m := map[string]int{"a": 1, "b": 2}
	var done quiet.Baton
	go func() {
		it := reflect.ValueOf(m).MapRange()
		for it.Next() { // want race
			_ = it.Key().String()
		}
		done.Pass()
	}()
	done.Await()
	m["c"] = 3 // want race
}

// Value.Clear on a map.
func TestRaceReflectClear(t *testing.T) {
	m := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		reflect.ValueOf(m).Clear() // want race
		done.Pass()
	}()
	done.Await()
	_ = m["a"] // want race
}

// reflect.DeepEqual reads both maps.
func TestRaceDeepEqual(t *testing.T) {
	want, got := map[string]int{"a": 1}, map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		if !reflect.DeepEqual(want, got) { // want race
			t.Error("equal so far")
		}
		done.Pass()
	}()
	done.Await()
	got["a"] = 2 // want race
}

// Two writers, both through reflect.
func TestRaceReflectBothSides(t *testing.T) {
	m := reflect.MakeMap(reflect.TypeOf(map[string]int(nil)))
	put := func(k string, v int) {
		m.SetMapIndex(reflect.ValueOf(k), reflect.ValueOf(v)) // want race
	}
	var done quiet.Baton
	go func() {
		put("a", 1)
		done.Pass()
	}()
	done.Await()
	put("b", 2)
}

// Decoder fills the map, then hands it over through a channel.
func TestNoRaceReflectHandOver(t *testing.T) {
	c := make(chan reflect.Value)
	go func() {
		m := reflect.ValueOf(map[string]int{})
		m.SetMapIndex(reflect.ValueOf("a"), reflect.ValueOf(1))
		c <- m
	}()
	m := <-c
	m.SetMapIndex(reflect.ValueOf("a"), reflect.ValueOf(2))
	if m.MapIndex(reflect.ValueOf("a")).Int() != 2 {
		t.Error("lost a write")
	}
}

// Readers through reflect do not conflict with each other.
func TestNoRaceReflectReaders(t *testing.T) {
	m := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		_ = reflect.ValueOf(m).MapKeys()
		done.Pass()
	}()
	_ = reflect.ValueOf(m).MapIndex(reflect.ValueOf("a"))
	done.Await()
	for it := reflect.ValueOf(m).MapRange(); it.Next(); {
		_ = it.Value()
	}
}
