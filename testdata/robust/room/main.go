// More goroutines that have used a map, all alive, than the guard has places for in its clocks
// (some 1,139,000): it says so, stops, and what the program does is right.
package main

import (
	"sync"
	"sync/atomic"

	"robust/check"
)

func main() {
	n := check.Arg(1, 1_200_000)
	var (
		mu      sync.Mutex
		counts  = map[int]int{}
		ready   sync.WaitGroup
		done    sync.WaitGroup
		release = make(chan struct{})
		sum     atomic.Int64
	)
	ready.Add(n)
	done.Add(n)
	for i := 0; i < n; i++ {
		i := i
		go func() {
			mu.Lock()
			counts[i%1024]++
			mu.Unlock()
			ready.Done()
			<-release
			sum.Add(int64(i))
			done.Done()
		}()
	}
	ready.Wait()
	check.Number("peak", check.Status("VmHWM"))
	close(release)
	done.Wait()
	// Afterwards it goes on as ever.
	for i := 0; i < 1000; i++ {
		done.Add(1)
		go func() {
			mu.Lock()
			counts[0]++
			mu.Unlock()
			done.Done()
		}()
	}
	done.Wait()
	total := 0
	for _, c := range counts {
		total += c
	}
	check.That(total == n+1000 && sum.Load() == int64(n)*int64(n-1)/2, "total %d, sum %d", total, sum.Load())
	check.Ok()
}
