// Many goroutines that block on a channel after they have used a map: what the guard adds to the
// peak of memory.
package main

import (
	"sync"

	"robust/check"
)

func main() {
	n := check.Arg(1, 50_000)
	var (
		mu      sync.Mutex
		shared  = map[int]int{}
		ready   sync.WaitGroup
		release = make(chan int)
	)
	ready.Add(n)
	for i := 0; i < n; i++ {
		i := i
		go func() {
			mu.Lock()
			shared[i] = i
			mu.Unlock()
			ready.Done()
			release <- i
		}()
	}
	ready.Wait()
	check.Number("rss", check.Settled())
	check.Number("peak", check.Status("VmHWM"))
	sum := 0
	for i := 0; i < n; i++ {
		sum += <-release
	}
	check.That(len(shared) == n && sum == n*(n-1)/2, "%d entries, sum %d", len(shared), sum)
	check.Ok()
}
