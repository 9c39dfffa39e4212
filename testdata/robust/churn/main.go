// Very many goroutines, few at a time: what is kept of those that ended must not add up.
package main

import (
	"sync"

	"robust/check"
)

func main() {
	n, alive := check.Arg(1, 2_000_000), check.Arg(2, 500)
	var (
		mu     sync.Mutex
		shared = map[int]int{}
		rw     sync.RWMutex
		often  = map[string]int{"a": 1, "b": 2}
		room   = make(chan struct{}, alive)
		all    sync.WaitGroup
	)
	work := func(i int) {
		defer all.Done()
		own := make(map[int]int)
		own[i] = i
		mu.Lock()
		shared[i%777] += own[i] - i + 1
		mu.Unlock()
		rw.RLock()
		check.That(often["b"] == 2, "a read saw %d", often["b"])
		rw.RUnlock()
		if i%1000 == 0 {
			rw.Lock()
			often["a"]++
			rw.Unlock()
		}
		<-room
	}
	for i := 1; i <= n; i++ {
		i := i
		room <- struct{}{}
		all.Add(1)
		if i%16 == 0 {
			// Some are started by others than main.
			go func() { go work(i) }()
		} else {
			go work(i)
		}
		if i%(n/20) == 0 {
			check.Number("rss", check.Settled())
		}
	}
	all.Wait()
	total := 0
	for _, c := range shared {
		total += c
	}
	check.That(total == n, "total %d of %d", total, n)
	check.Number("peak", check.Status("VmHWM"))
	check.Ok()
}
