// Map operations that panic: recovered, and the maps and the guard go on as if nothing was.
package main

import (
	"fmt"
	"runtime"
	"sync"

	"robust/check"
)

// said is what f panics with.
func said(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			_, isError := r.(runtime.Error)
			text = fmt.Sprint(r, " ", isError)
		}
	}()
	f()
	return "nothing"
}

type key struct {
	name any
	n    int
}

func main() {
	var (
		all    sync.WaitGroup
		mu     sync.Mutex
		anys   = map[any]int{1: 1}
		keys   = map[key]int{{"a", 1}: 1}
		none   map[string]int
		panics = map[string]int{}
		slice  any
	)
	slice = []int{1}
	for w := 0; w < 8; w++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < 200; i++ {
				mu.Lock()
				for _, f := range []func(){
					func() { anys[slice] = 1 },
					func() { _ = anys[slice] },
					func() { delete(anys, slice) },
					func() { keys[key{slice, 1}]++ },
					func() { none["a"] = 1 },
					func() { none["a"]++ },
					func() { delete(none, "a") },
					func() { clear(none) },
					func() { _, _ = none["a"] },
					func() {
						for range none {
						}
					},
					func() { anys[func() any { panic("in a key") }()] = 1 },
				} {
					panics[said(f)]++
				}
				anys[i]++
				mu.Unlock()
			}
		}()
	}
	all.Wait()
	check.That(len(anys) == 200 && len(keys) == 1, "%d %d entries", len(anys), len(keys))
	fmt.Println(panics)
	check.Ok()
}
