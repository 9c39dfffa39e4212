// A part that is loaded at run time, with globals of its own.
package main

import "sync"

var (
	mu     sync.Mutex
	once   sync.Once
	counts map[string]int
	ready  = make(chan struct{})
)

// Count counts key and returns its count.
func Count(key string) int {
	once.Do(func() {
		counts = map[string]int{}
		close(ready)
	})
	<-ready
	mu.Lock()
	defer mu.Unlock()
	counts[key]++
	return counts[key]
}

func main() {}
