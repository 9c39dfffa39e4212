// Package locals has maps in local variables.
package locals

import (
	"encoding/json"
	"fmt"
)

func declaredOnly(words []string) map[string]int {
	var counts map[string]int
	for _, word := range words {
		counts[word]++ // want nil-map "counts is nil here: it was declared without a value"
	}
	return counts
}

func made(words []string) map[string]int {
	var counts map[string]int
	counts = make(map[string]int)
	for _, word := range words {
		counts[word]++
	}
	return counts
}

func literal() {
	var m = map[string]int{}
	m["a"] = 1
}

func single(key string) {
	var m map[string]bool
	m[key] = true // want nil-map "m is nil here"
	m["b"] = true // the first write ends the function
}

func setToNil(m map[string]int) {
	m = nil
	m["a"] = 1 // want nil-map "m is nil here: it was set to nil"
}

func converted() {
	m := map[string]int(nil)
	m["a"] = 1 // want nil-map "m is nil here: it was set to nil"
}

type set map[string]struct{}

func named() {
	var seen set
	seen["a"] = struct{}{} // want nil-map "seen is nil here"
}

func namedMade() {
	seen := set{}
	seen["a"] = struct{}{}
}

func copied() {
	var a map[string]int
	b := a
	a["x"] = 1 // want nil-map "a is nil here"
	_ = b
}

func swappedNil() {
	var a map[string]int
	_ = len(a)
	b := a
	a, b = b, a
	b["x"] = 1 // want nil-map "b is nil here"
	a["y"] = 2 // want nil-map "a is nil here"
}

func decoded(data []byte) (map[string]int, error) {
	var m map[string]int
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, err
	}
	m["extra"] = 1
	return m, nil
}

func fill(m *map[string]int) { *m = map[string]int{} }

func filled() {
	var m map[string]int
	fill(&m)
	m["a"] = 1
}

func pointedTo() {
	var m map[string]int
	p := &m
	*p = map[string]int{}
	m["a"] = 1
}

func parameter(m map[string]int) {
	m["a"] = 1
}

func addAssign(prices []int) {
	var total, other map[string]int
	total["all"] += len(prices) // want nil-map "total is nil here"
	_ = other
}

func read() int {
	var m map[string]int
	delete(m, "a")
	return m["a"] + len(m)
}

func swapped() {
	var a map[string]int
	b := map[string]int{}
	a, b = b, a
	a["x"] = 1
}

func rangeTarget(keys []string) {
	var last map[string]string
	for _, last["key"] = range keys { // want nil-map "last is nil here"
		fmt.Println("x")
	}
}

func several() {
	var m map[string]int
	m["a"], m["b"] = 1, 2 // want nil-map "m is nil here"
}

func generic[K comparable, V any](key K, value V) map[K]V {
	var m map[K]V
	m[key] = value // want nil-map "m is nil here"
	return m
}

func perRound(names []string) {
	for _, name := range names {
		var m map[string]int
		m[name] = 1 // want nil-map "m is nil here"
	}
}

func madeOnce(names []string) {
	var m map[string]int
	for _, name := range names {
		if m == nil {
			m = make(map[string]int)
		}
		m[name]++
	}
}
