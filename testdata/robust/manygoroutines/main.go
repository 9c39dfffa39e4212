// Many goroutines alive at once, each of which uses a map under a mutex before and after it waits.
package main

import (
	"sync"

	"robust/check"
)

func main() {
	n := check.Arg(1, 100_000)
	var (
		mu      sync.Mutex
		counts  = map[int]int{}
		ready   sync.WaitGroup
		release = make(chan struct{})
		results = make(chan int, 64)
	)
	count := func(i int) int {
		mu.Lock()
		defer mu.Unlock()
		counts[i%1024]++
		return counts[i%1024]
	}
	ready.Add(n)
	for i := 0; i < n; i++ {
		i := i
		go func() {
			own := map[int]int{i: count(i)}
			ready.Done()
			<-release
			own[i] = count(i)
			results <- own[i] - own[i] + 2
		}()
	}
	ready.Wait()
	check.Number("alive", int64(n))
	close(release)
	sum := 0
	for i := 0; i < n; i++ {
		sum += <-results
	}
	mu.Lock()
	total := 0
	for _, c := range counts {
		total += c
	}
	mu.Unlock()
	check.That(sum == 2*n && total == 2*n, "sum %d, total %d", sum, total)
	check.Number("peak", check.Status("VmHWM"))
	check.Ok()
}
