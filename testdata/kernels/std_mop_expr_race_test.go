package kernels

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// More of the racy situations of runtime/race/testdata/mop_test.go around a
// map: arguments, operands and results.

// Argument of a function call.
func TestRaceStdFuncArgument(t *testing.T) {
	m := map[string]int{}
	use := func(int) {}
	var read quiet.Baton
	go func() {
		use(m["x"]) // want race
		read.Pass()
	}()
	read.Await()
	m["x"] = 1 // want race
}

// Argument that is converted to an interface.
func TestRaceStdSprint(t *testing.T) {
	m := map[string]int{"x": 1}
	var read quiet.Baton
	go func() {
		_ = fmt.Sprint(m["x"], "\n") // want race
		read.Pass()
	}()
	read.Await()
	m["x"] = 2 // want race
}

// Deferred functions that recover from a run-time panic.
func TestRaceStdPanic(t *testing.T) {
	m := map[string]int{}
	zero := 0
	divide := func(k string, done *quiet.Baton) {
		defer done.Pass()
		defer func() {
			if recover() != nil {
				m[k] = 1 // want race
			}
		}()
		_ = 1 / zero
	}
	var first, second quiet.Baton
	go divide("first", &first)
	first.Await()
	go divide("second", &second)
	second.Await()
}

// Crawler with an unprotected set of pages that it has seen.
func TestRaceStdCrawl(t *testing.T) {
	seen := map[string]bool{}
	links := []string{"a", "b", "c"}
	turn := make([]quiet.Baton, len(links)+1)
	var wg sync.WaitGroup
	var crawl func(page string, depth int)
	crawl = func(page string, depth int) {
		defer wg.Done()
		seen[page] = true // want race
		if depth == 0 {
			return
		}
		for i, link := range links {
			if _, ok := seen[link]; !ok { // want race
				i, link := i, link
				wg.Add(1)
				go func() {
					turn[i].Await()
					defer turn[i+1].Pass()
					crawl(link, depth-1)
				}()
			}
		}
		turn[0].Pass()
	}
	wg.Add(1)
	go crawl("home", 1)
	wg.Wait()
	turn[len(links)].Await()
}

// A local map is sent away and written by both ends before it comes back.
func TestRaceStdTLS(t *testing.T) {
	c := make(chan map[string]int)
	var wrote quiet.Baton
	go func() {
		local := map[string]int{}
		c <- local
		local["x"] = 1 // want race
		wrote.Pass()
		_ = (<-c)["x"]
	}()
	m := <-c
	wrote.Await()
	m["x"] = 2 // want race
	c <- m
}

// Left operand of && is always evaluated, right one after true.
func TestRaceStdAnd(t *testing.T) {
	m := map[string]int{}
	var wrote quiet.Baton
	go func() {
		m["x"] = 1 // want race
		wrote.Pass()
	}()
	wrote.Await()
	if m["x"] == 0 && t.Failed() { // want race
		t.Error("x is 1")
	}
}

// Right operand of && after true.
func TestRaceStdAnd2(t *testing.T) {
	m, y := map[string]int{}, 0
	var wrote quiet.Baton
	go func() {
		m["x"] = 1 // want race
		wrote.Pass()
	}()
	wrote.Await()
	if y == 0 && m["x"] == 0 { // want race
		t.Error("x is 1")
	}
}

// Right operand of || after false.
func TestRaceStdOr2(t *testing.T) {
	m, y := map[string]int{}, 0
	var wrote quiet.Baton
	go func() {
		m["x"] = 1 // want race
		wrote.Pass()
	}()
	wrote.Await()
	if y == 1 || m["x"] == 0 { // want race
		t.Error("x is 1")
	}
}

// Argument of panic.
func TestRaceStdPanicArg(t *testing.T) {
	m := map[string]error{}
	var wrote quiet.Baton
	go func() {
		m["last"] = errors.New("disk full") // want race
		wrote.Pass()
	}()
	wrote.Await()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	panic(m["last"]) // want race
}

// Argument of a deferred call: it is read by the defer statement.
func TestRaceStdDeferArg(t *testing.T) {
	m := map[string]int{}
	var wrote quiet.Baton
	go func() {
		m["x"] = 42 // want race
		wrote.Pass()
	}()
	wrote.Await()
	func() {
		defer func(int) {}(m["x"]) // want race
	}()
}

// Several entries set by one call.
func TestRaceStdBlockCall1(t *testing.T) {
	m := map[string]int{}
	pair := func() (int, int) { return 42, 43 }
	var wrote quiet.Baton
	go func() {
		m["x"], m["y"] = pair() // want race
		wrote.Pass()
	}()
	wrote.Await()
	if m["x"] != 42 || m["y"] != 43 { // want race
		t.Error("lost an entry")
	}
}

// Entry set together with an error.
func TestRaceStdAsFunc1(t *testing.T) {
	m := map[string]string{}
	read := func() (string, error) { return "hello", nil }
	var wrote quiet.Baton
	go func() {
		var err error
		m["text"], err = read() // want race
		_ = err
		wrote.Pass()
	}()
	wrote.Await()
	_ = m["text"] // want race
}

// The argument is read before the function takes the lock.
func TestRaceStdAsFunc3(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	var wrote, read quiet.Baton
	go func() {
		wrote.Await()
		func(int) {
			mu.Lock()
		}(m["x"]) // want race
		mu.Unlock()
		read.Pass()
	}()
	mu.Lock()
	m["x"] = 42 // want race
	mu.Unlock()
	wrote.Pass()
	read.Await()
}

// A named result is handed to a goroutine that is still busy when it is returned.
func TestRaceStdHeapParam(t *testing.T) {
	var wrote quiet.Baton
	build := func() (m map[string]int) {
		m = map[string]int{}
		go func(m map[string]int) {
			m["late"] = 42 // want race
			wrote.Pass()
		}(m)
		return m
	}
	m := build()
	wrote.Await()
	_ = m["late"] // want race
}

// The reader fills one map again and again while the other end still looks at it.
func TestRaceStdIssue5567(t *testing.T) {
	in := make(chan map[string]int)
	var seen quiet.Baton
	go func() {
		defer close(in)
		block := map[string]int{}
		for i := 0; i < 2; i++ {
			if i == 1 {
				seen.Await()
			}
			block["n"] = i // want race
			in <- block
		}
	}()
	for block := range in {
		_ = block["n"] // want race
		seen.Pass()
	}
}
