// Command anchors writes maps in every way there is. Each line with a write says so:
//
//	// want assign
//
// Where the compiler puts a write into another function, or makes several of it, the line stays the same.
// cargo xtask anchors builds this with each Go release and compares: a missing line fails, and so does
// one too many.
package main

import (
	"fmt"
	"maps"
	"reflect"

	"anchors/keep"
)

type point struct{ x, y int }

type node struct{ next *node }

// A map for each kind of key that the runtime has functions of its own for, and for some it has not.
type tables struct {
	byInt    map[int]int
	byInt32  map[int32]string
	byUint8  map[uint8]bool
	byString map[string]int
	byPtr    map[*node]int
	byStruct map[point]int
	byAny    map[any]int
	byFloat  map[float64]int
	byArray  map[[2]string]int
	byBig    map[int][200]byte
	nested   map[string]map[string]int
	lists    map[string][]int
}

//go:noinline
func (t *tables) assign(i int, s string, n *node) {
	t.byInt[i] = i                       // want assign
	t.byInt32[int32(i)] = s              // want assign
	t.byUint8[uint8(i)] = true           // want assign
	t.byString[s] = i                    // want assign
	t.byPtr[n] = i                       // want assign
	t.byStruct[point{i, i}] = i          // want assign
	t.byAny[s] = i                       // want assign
	t.byFloat[float64(i)] = i            // want assign
	t.byArray[[2]string{s, s}] = i       // want assign
	t.byBig[i] = [200]byte{}             // want assign
	t.nested[s][s] = i                   // want assign
	t.byInt[i], t.byString[s] = i+1, i+2 // want assign
}

//go:noinline
func (t *tables) change(i int, s string) {
	t.byInt[i] += 2                    // want assign
	t.byInt[i]++                       // want assign
	t.byString[s] |= 4                 // want assign
	t.lists[s] = append(t.lists[s], i) // want assign
	t.byInt32[int32(i)] += "more"      // want assign
}

//go:noinline
func (t *tables) remove(i int, s string, n *node) {
	delete(t.byInt, i)                 // want delete
	delete(t.byInt32, int32(i))        // want delete
	delete(t.byUint8, uint8(i))        // want delete
	delete(t.byString, s)              // want delete
	delete(t.byPtr, n)                 // want delete
	delete(t.byStruct, point{i, i})    // want delete
	delete(t.byAny, s)                 // want delete
	delete(t.byArray, [2]string{s, s}) // want delete
	delete(t.nested[s], s)             // want delete
	clear(t.byFloat)                   // want clear
	for key := range t.byBig {         // want clear
		delete(t.byBig, key)
	}
	for key, value := range t.byString {
		if value > i {
			delete(t.byString, key) // want delete
		}
	}
}

// put is small enough to be put into its callers.
func put(m map[string]int, key string, value int) {
	m[key] = value // want assign
}

// outer calls put and is small enough too.
func outer(m map[string]int, key string) {
	put(m, key, len(key))
}

//go:noinline
func inlined(m map[string]int) {
	outer(m, "outer")
}

type counter struct{ hits map[string]int }

func (c *counter) hit(key string) {
	c.hits[key]++ // want assign
}

type hitter interface{ hit(key string) }

// wide gets its method hit by embedding.
type wide struct {
	more int
	*counter
}

// set is generic; the compiler makes a body for each shape of key.
//
//go:noinline
func set[K comparable, V any](m map[K]V, key K, value V) {
	m[key] = value // want assign
}

// store is generic, and inlined.
func store[M ~map[K]V, K comparable, V any](m M, key K, value V) {
	m[key] = value // want assign
}

//go:noinline
func generic(s map[string]int, p map[point]int) {
	set(s, "a", 1)
	set(p, point{1, 2}, 1)
	store(s, "a", 1)
}

//go:noinline
func closures(m map[string]int) (func(string), func()) {
	add := func(key string) {
		m[key]++ // want assign
	}
	reset := func() {
		clear(m) // want clear
	}
	return add, reset
}

func two() (int, int) { return 1, 2 }

//go:noinline
func byStatement(m map[int]int, s map[string]int) {
	values := make(chan int, 3)
	values <- 1
	values <- 2
	values <- 3
	m[1] = <-values // want assign
	select {
	case m[2] = <-values: // want assign
	}
	m[3], s["a"] = two()           // want assign
	m[4], m[5] = m[5], m[4]        // want assign
	for m[6] = range []int{1, 2} { // want assign
	}
	for _, m[7] = range []int{1, 2} { // want assign
	}
	for m[8] = 0; m[8] < 2; m[8]++ { // want assign
	}
	var ok bool
	m[9], ok = <-values // want assign
	m[10], ok = s["b"]  // want assign
	var any any = 1
	if m[11], ok = any.(int); ok { // want assign
		m[12] <<= 1 // want assign
	}
	m[13] ^= m[14]                                            // want assign
	_ = append([]int{}, func() int { m[15] = 1; return 1 }()) // want assign
	defer clear(s)                                            // want clear
	go delete(map[int]int{}, 1)                               // want delete
}

//go:noinline
func later(m map[int]int) {
	defer delete(m, 1) // want delete
	defer func() {
		m[2] = 2 // want assign
	}()
	done := make(chan bool)
	go func() {
		m[3] = 3 // want assign
		done <- true
	}()
	<-done
}

//go:noinline
func library(s, other map[string]int) map[string]int {
	// Inlined or not, by release: the call is here.
	maps.Copy(s, other)                                                        // want assign
	maps.DeleteFunc(s, func(key string, value int) bool { return value == 0 }) // want delete
	return maps.Clone(other)                                                   // want clone
}

//go:noinline
func byReflection(m any) {
	value := reflect.ValueOf(m)
	value.SetMapIndex(reflect.ValueOf("key"), reflect.ValueOf(1)) // want assign
	value.SetMapIndex(reflect.ValueOf("key"), reflect.Value{})    // want assign
	value.Clear()                                                 // of a map or a slice: not known here
}

//go:noinline
func literal(s string, i int) map[string]int {
	return map[string]int{ // want assign
		s:       i,
		s + "x": 22,
	}
}

// Many elements of constants are assigned in a loop.
var table = map[string]string{ // want assign
	"a": "0", "b": "1", "c": "2", "d": "3", "e": "4", "f": "5", "g": "6", "h": "7", "i": "8", "j": "9",
	"k": "0", "l": "1", "m": "2", "n": "3", "o": "4", "p": "5", "q": "6", "r": "7", "s": "8", "t": "9",
	"u": "0", "v": "1", "w": "2", "x": "3", "y": "4", "z": "5",
}

//go:noinline
func reads(t *tables, s string, i int) int {
	sum := t.byInt[i] + t.byString[s] + len(t.byAny)
	for _, value := range t.byStruct {
		sum += value
	}
	if _, ok := t.byFloat[float64(i)]; ok {
		sum++
	}
	return sum
}

func main() {
	t := &tables{
		byInt:    map[int]int{},
		byInt32:  map[int32]string{},
		byUint8:  map[uint8]bool{},
		byString: map[string]int{},
		byPtr:    map[*node]int{},
		byStruct: map[point]int{},
		byAny:    map[any]int{},
		byFloat:  map[float64]int{},
		byArray:  map[[2]string]int{},
		byBig:    map[int][200]byte{},
		nested:   map[string]map[string]int{},
		lists:    map[string][]int{},
	}
	t.nested["a"] = map[string]int{} // want assign
	t.assign(1, "a", nil)
	t.change(1, "a")
	fmt.Println(reads(t, "a", 1))
	t.remove(1, "a", nil)
	inlined(t.byString)
	var h hitter = wide{1, &counter{t.byString}}
	h.hit("b")
	method := (&counter{t.byString}).hit
	method("c")
	generic(t.byString, t.byStruct)
	add, reset := closures(t.byString)
	add("d")
	byReflection(t.byString)
	byStatement(t.byInt, t.byString)
	fmt.Println(len(library(t.byString, t.nested["a"])), len(literal("y", 1)), table["a"])
	reset()
	later(t.byInt)
	keep.All()
}
