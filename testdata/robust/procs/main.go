// GOMAXPROCS changed while goroutines use maps, locks, channels and timers.
package main

import (
	"runtime"
	"sync"
	"time"

	"robust/check"
)

func main() {
	rounds, workers := check.Arg(1, 300), 32
	var (
		mu     sync.RWMutex
		counts = map[int]int{}
		all    sync.WaitGroup
		stop   = make(chan struct{})
		ping   = make(chan map[int]int)
		sum    = make(chan int, workers)
	)
	for w := 0; w < workers; w++ {
		w := w
		all.Add(1)
		go func() {
			defer all.Done()
			own := 0
			for {
				select {
				case <-stop:
					sum <- own
					return
				case m := <-ping:
					m[w]++
				case ping <- map[int]int{w: own}:
				case <-time.After(time.Millisecond):
				}
				mu.Lock()
				counts[w]++
				mu.Unlock()
				mu.RLock()
				own = counts[w]
				mu.RUnlock()
			}
		}()
	}
	for i := 0; i < rounds; i++ {
		runtime.GOMAXPROCS(1 + i*7%64)
		done := make(chan bool, 1)
		m := map[int]bool{}
		time.AfterFunc(time.Microsecond, func() {
			m[i] = true
			done <- true
		})
		<-done
		check.That(m[i], "a timer's write")
	}
	close(stop)
	all.Wait()
	total, seen := 0, 0
	for w := 0; w < workers; w++ {
		total += counts[w]
		seen += <-sum
	}
	check.That(total == seen && total >= rounds, "%d counted, %d seen", total, seen)
	check.Ok()
}
