// A program that loads a plugin and calls it from many goroutines.
package main

import (
	"os"
	"plugin"
	"sync"

	"robust/check"
)

func main() {
	part, err := plugin.Open(os.Args[1])
	check.That(err == nil, "%v", err)
	symbol, err := part.Lookup("Count")
	check.That(err == nil, "%v", err)
	count := symbol.(func(string) int)
	var (
		all sync.WaitGroup
		mu  sync.Mutex
		max = map[string]int{}
	)
	for g := 0; g < 8; g++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < 500; i++ {
				n := count("a")
				mu.Lock()
				if n > max["a"] {
					max["a"] = n
				}
				mu.Unlock()
			}
		}()
	}
	all.Wait()
	check.That(max["a"] == 4000, "%v", max)
	check.Ok()
}
