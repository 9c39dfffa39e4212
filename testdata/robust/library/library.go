// A library for C: its functions use maps that goroutines of its own change.
package main

import "C"

import "sync"

var (
	mu     sync.Mutex
	counts = map[int]int{}
)

//export Count
func Count(key C.int) C.int {
	var all sync.WaitGroup
	for g := 0; g < 4; g++ {
		all.Add(1)
		go func() {
			defer all.Done()
			mu.Lock()
			defer mu.Unlock()
			counts[int(key)]++
		}()
	}
	all.Wait()
	mu.Lock()
	defer mu.Unlock()
	return C.int(counts[int(key)])
}

func main() {}
