package kernels

import (
	"reflect"
	"testing"

	"kernels/internal/quiet"
)

// The situations of runtime/race/testdata/reflect_test.go around a map.

// Reader and writer through reflect.
func TestRaceStdReflectRW(t *testing.T) {
	v := reflect.ValueOf(map[string]int{"x": 1})
	key := reflect.ValueOf("x")
	var wrote quiet.Baton
	go func() {
		v.SetMapIndex(key, reflect.ValueOf(2)) // want race
		wrote.Pass()
	}()
	wrote.Await()
	if v.MapIndex(key).Int() != 2 { // want race
		t.Error("lost a write")
	}
}

// Two writers through reflect.
func TestRaceStdReflectWW(t *testing.T) {
	v := reflect.ValueOf(map[string]int{"x": 1})
	key := reflect.ValueOf("x")
	var wrote quiet.Baton
	go func() {
		v.SetMapIndex(key, reflect.ValueOf(2)) // want race
		wrote.Pass()
	}()
	wrote.Await()
	v.SetMapIndex(key, reflect.ValueOf(3)) // want race
}
