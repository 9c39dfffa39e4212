package kernels

import (
	"testing"

	"kernels/internal/quiet"
)

// The racy situations of runtime/race/testdata/mop_test.go around a map: all
// the places of a statement where an access can hide. First the control flow.

var (
	globalScore = map[string]int{}
	globalDone  quiet.Cell[*quiet.Baton]
)

func globalReader() {
	_ = globalScore["x"] // want race
	globalDone.Get().Pass()
}

func globalWriter() {
	globalScore["x"]++ // want race
	globalDone.Get().Pass()
}

// Two package-level functions started with go.
func TestRaceStdIntRWGlobalFuncs(t *testing.T) {
	var read, wrote quiet.Baton
	globalDone.Set(&read)
	go globalReader()
	read.Await()
	globalDone.Set(&wrote)
	go globalWriter()
	wrote.Await()
}

// Two closures, reader and writer.
func TestRaceStdIntRWClosures(t *testing.T) {
	m := map[string]int{}
	var read, wrote quiet.Baton
	go func() {
		_ = m["x"] // want race
		read.Pass()
	}()
	go func() {
		read.Await()
		m["x"] = 1 // want race
		wrote.Pass()
	}()
	wrote.Await()
}

// Tag of a switch and an assignment in its case.
func TestRaceStdCaseCondition(t *testing.T) {
	m := map[string]int{}
	var wrote quiet.Baton
	go func() {
		m["x"] = 2 // want race
		wrote.Pass()
	}()
	wrote.Await()
	switch m["x"] < 2 { // want race
	case true:
		t.Error("x is 2")
	}
}

// Condition of a case and body of the default.
func TestRaceStdCaseBody(t *testing.T) {
	m := map[string]int{}
	var read quiet.Baton
	go func() {
		_ = m["x"] // want race
		read.Pass()
	}()
	read.Await()
	switch {
	case m["x"] == 100:
		t.Error("x is 0")
	default:
		m["x"] = 1 // want race
	}
}

// A case that is entered by fallthrough.
func TestRaceStdCaseFallthrough(t *testing.T) {
	m := map[string]int{}
	var read quiet.Baton
	go func() {
		_ = m["x"] // want race
		read.Pass()
	}()
	read.Await()
	switch kind := 1; kind {
	case 1:
		fallthrough
	case 2:
		m["x"] = 2 // want race
	}
}

// Tag of a switch is an entry of an inner map.
func TestRaceStdCaseIssue6418(t *testing.T) {
	m := map[string]map[string]string{"a": {"b": "c"}}
	var wrote quiet.Baton
	go func() {
		m["a"]["x"] = "y" // want race
		wrote.Pass()
	}()
	wrote.Await()
	switch m["a"]["b"] { // want race
	}
}

// Type switch on an entry of an inner map.
func TestRaceStdCaseTypeIssue5890(t *testing.T) {
	m := map[int]map[int]any{0: {}}
	var read quiet.Baton
	go func() {
		switch m[0][1].(type) { // want race
		case nil:
		case *int:
			t.Error("no entry yet")
		}
		read.Pass()
	}()
	read.Await()
	m[0][1] = 7 // want race
}

// Init statement of a for loop.
func TestRaceStdForInit(t *testing.T) {
	m := map[string]int{}
	c := make(chan int, 1)
	var read quiet.Baton
	go func() {
		c <- m["x"] // want race
		read.Pass()
	}()
	read.Await()
	for m["x"] = 42; false; { // want race
	}
	<-c
}

// Condition of a for loop.
func TestRaceStdForTest(t *testing.T) {
	m := map[string]bool{}
	c := make(chan int)
	var wrote quiet.Baton
	go func() {
		<-c
		m["stop"] = true // want race
		wrote.Pass()
	}()
	for !m["stop"] { // want race
		c <- 1
		wrote.Await()
	}
}

// Post statement of a for loop.
func TestRaceStdForIncr(t *testing.T) {
	m := map[string]int{}
	c := make(chan int)
	var wrote quiet.Baton
	go func() {
		<-c
		m["n"]++ // want race
		wrote.Pass()
	}()
	for i := 0; i < 1; m["n"]++ { // want race
		i++
		c <- i
		wrote.Await()
	}
}

// Operand of an addition.
func TestRaceStdPlus(t *testing.T) {
	m := map[string]int{"x": 1, "z": 2}
	var read quiet.Baton
	go func() {
		if m["x"]+m["z"] != 3 { // want race
			t.Error("wrong sum")
		}
		read.Pass()
	}()
	read.Await()
	m["y"] = m["x"] + m["z"] // want race
}
