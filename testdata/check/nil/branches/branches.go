// Package branches has maps that are made on some ways.
package branches

import (
	"errors"
	"log"
	"os"
)

func onOneWay(verbose bool) {
	var m map[string]int
	if verbose {
		m = make(map[string]int)
	}
	m["a"] = 1 // want nil-map/medium "m may be nil here"
}

func onBothWays(verbose bool) {
	var m map[string]int
	if verbose {
		m = make(map[string]int)
	} else {
		m = map[string]int{"x": 1}
	}
	m["a"] = 1
}

func checked() {
	var m map[string]int
	if m != nil {
		m["a"] = 1
	}
}

func checkedTwice(m map[string]int) {
	if m == nil {
		m["a"] = 1 // want nil-map "m is nil here: it was compared with nil"
	}
}

func checkedAndMade(m map[string]int) {
	if m == nil {
		m = map[string]int{}
	}
	m["a"] = 1
}

func leavesEarly(m map[string]int, n int) error {
	if m == nil && n > 0 {
		return errors.New("no map")
	}
	m["a"] = 1
	return nil
}

func endsEarly(m map[string]int) {
	if m == nil {
		log.Fatal("no map")
	}
	m["a"] = 1
}

func panics(m map[string]int) {
	if m == nil {
		panic("no map")
	}
	m["a"] = 1
}

func found() {
	var m map[string]int
	if _, ok := m["a"]; ok {
		m["a"]++
	}
	if n := m["a"]; n > 0 {
		m["b"] = n
	}
}

func counted() {
	var m map[string]int
	if len(m) > 0 {
		m["a"] = 1
	}
	if len(m) == 0 {
		m["a"] = 1 // want nil-map "m is nil here"
	}
}

func goesThrough() {
	var m map[string]int
	for k := range m {
		m[k] = 0
	}
}

func inSwitch(kind int) {
	var m map[string]int
	switch kind {
	case 1:
		m = map[string]int{}
	case 2:
		m["two"] = 2 // want nil-map "m is nil here"
	default:
		return
	}
	m["a"] = 1 // the second case never comes here
}

func switchOnNil(m map[string]int) {
	switch {
	case m == nil:
		m = map[string]int{}
	case len(m) > 10:
		return
	}
	m["a"] = 1
}

func fallsThrough(kind int) {
	var m map[string]int
	switch kind {
	case 1:
		m = map[string]int{}
		fallthrough
	default:
		m["a"] = 1 // want nil-map/medium "m may be nil here"
	}
}

func breaks(names []string) {
	var m map[string]int
	for _, name := range names {
		if name == "" {
			m = map[string]int{}
			break
		}
	}
	m["a"] = 1 // want nil-map/medium "m may be nil here"
}

func forEver(next func() bool) {
	var m map[string]int
	for {
		if next() {
			m = map[string]int{}
			break
		}
	}
	m["a"] = 1
}

func labelled(rows [][]string) {
	var m map[string]int
outer:
	for _, row := range rows {
		for _, cell := range row {
			if cell == "" {
				continue outer
			}
			m[cell]++ // want nil-map "m is nil here"
		}
	}
}

func jumpsAbout(n int) {
	var m map[string]int
again:
	if n > 0 {
		m = map[string]int{}
		n = 0
	}
	m["a"] = 1 // goto: nothing is said
	if n == 1 {
		goto again
	}
}

const debug = false

func neverRuns() {
	var m map[string]int
	if debug {
		m["a"] = 1
	}
	if !debug {
		m = map[string]int{}
	}
	m["b"] = 2
}

func exits(ok bool) {
	var m map[string]int
	if ok {
		m = map[string]int{}
	} else {
		os.Exit(1)
	}
	m["a"] = 1
}

func waits(c chan map[string]int, stop chan bool) {
	var m map[string]int
	select {
	case m = <-c:
	case <-stop:
		return
	}
	m["a"] = 1
}

func typed(x any) {
	var m map[string]int
	switch x := x.(type) {
	case map[string]int:
		m = x
	case int:
		m["n"] = x // want nil-map "m is nil here"
	}
}

func either(a, b map[string]int) {
	if a != nil || b != nil {
		return
	}
	a["x"] = 1 // want nil-map "a is nil here: it was compared with nil"
}

func seenBefore(names []string) {
	var seen map[string]bool
	for _, name := range names {
		if seen[name] {
			continue
		}
		seen[name] = true // want nil-map "seen is nil here"
	}
}

func onlyIfSeen(names []string) {
	var seen map[string]bool
	for _, name := range names {
		if seen[name] {
			seen[name] = false
		}
		if n := seen[name]; n {
			seen[name] = false
		}
	}
}

func onlyIfMany(names []string) {
	var counts map[string]int
	var texts map[string]string
	for _, name := range names {
		if counts[name] > 3 {
			counts[name] = 0
		}
		if n, _ := counts[name]; n != 0 {
			counts[name] = 0
		}
		if texts[name] != "" {
			texts[name] = ""
		}
		if counts[name]+1 > 3 {
			counts[name] = 0
		}
	}
}

func ifNone(names []string) {
	var counts map[string]int
	for _, name := range names {
		if counts[name] == 0 {
			counts[name] = 1 // want nil-map "counts is nil here"
		}
	}
}

func ifNoPointer(names []string) {
	var byName map[string]*int
	for _, name := range names {
		p := byName[name]
		if p != nil {
			byName[name] = nil
		}
		if p == nil {
			byName[name] = new(int) // want nil-map "byName is nil here"
		}
	}
}

func recursive(names []string) {
	var seen map[string]bool
	var visit func(name string)
	visit = func(name string) {
		if !seen[name] {
			seen[name] = true // want nil-map "seen is nil here"
			visit(name + "!")
		}
	}
	for _, name := range names {
		visit(name)
	}
}
