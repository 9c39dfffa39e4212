// Package closures has maps that function literals write.
package closures

import "sync"

func inLiteral() func(string) {
	var m map[string]int
	return func(key string) {
		m[key]++ // want nil-map "m is nil here"
	}
}

func madeInLiteral() {
	var m map[string]int
	setup := func() { m = make(map[string]int) }
	setup()
	m["a"] = 1
}

func madeOnce() func(string) {
	var once sync.Once
	var m map[string]int
	return func(key string) {
		once.Do(func() { m = make(map[string]int) })
		m[key]++
	}
}

func madeAfter() {
	var m map[string]int
	add := func(key string) { m[key]++ }
	m = make(map[string]int)
	add("a")
}

func ownResult() {
	f := func(keys []string) (m map[string]int) {
		for _, key := range keys {
			m[key] = 1 // want nil-map "m is nil here: it is a result"
		}
		return m
	}
	f(nil)
}

func inGoroutine(keys []string) {
	var m map[string]int
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		m = map[string]int{}
	}()
	wg.Wait()
	m["a"] = 1
}

var atTop = func() {
	var m map[string]int
	m["a"] = 1 // want nil-map "m is nil here"
}

func meant() (err any) {
	defer func() { err = recover() }()
	var m map[string]int
	m["a"] = 1 // want nil-map/medium "m is nil here"
	return nil
}

func assertPanics(f func()) {}

func tested() {
	assertPanics(func() {
		var m map[string]int
		m["a"] = 1
	})
}

func deferred() {
	var m map[string]int
	defer func() {
		m["done"] = 1 // want nil-map "m is nil here"
	}()
	_ = len(m)
}
