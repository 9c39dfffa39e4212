// Finalisers that use the maps of the objects they bury, without locks: the collector is the order.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"

	"robust/check"
)

type object struct {
	items map[int]int
	id    int
}

func main() {
	n, alive := check.Arg(1, 20_000), check.Arg(2, 0)
	var (
		buried = map[int]int{} // of the goroutine that runs finalisers
		count  atomic.Int64
		mu     sync.Mutex
		shared = map[int]int{}
		all    sync.WaitGroup
		idle   sync.WaitGroup
		stop   = make(chan struct{})
	)
	// Goroutines that have used a map and wait: each has a place in the clocks.
	idle.Add(alive)
	for i := 0; i < alive; i++ {
		i := i
		go func() {
			mu.Lock()
			shared[i] = i
			mu.Unlock()
			idle.Done()
			<-stop
		}()
	}
	idle.Wait()
	for w := 0; w < 4; w++ {
		w := w
		all.Add(1)
		go func() {
			defer all.Done()
			for i := w; i < n; i += 4 {
				o := &object{map[int]int{i: i}, i}
				runtime.SetFinalizer(o, func(o *object) {
					o.items[o.id]++
					buried[o.id] = o.items[o.id] - o.id
					count.Add(1)
				})
				mu.Lock()
				shared[-1-i%100] = i
				mu.Unlock()
				o.items[i+1] = 1
				if i%(n/10) == 0 {
					o = nil
					runtime.GC()
				}
			}
		}()
	}
	all.Wait()
	for i := 0; i < 1000 && count.Load() < int64(n*9/10); i++ {
		runtime.GC()
		runtime.Gosched()
	}
	check.That(count.Load() >= int64(n*9/10), "only %d of %d finalised", count.Load(), n)
	close(stop)
	check.Number("rss", check.Settled())
	check.Ok()
}
