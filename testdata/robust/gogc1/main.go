// A collection at every turn: objects, maps and locks are freed and their memory used again while
// others are in use next to them, with finalisers and shrinking stacks besides.
package main

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"robust/check"
)

type node struct {
	mu    sync.Mutex
	items map[string]int
	done  chan struct{}
	next  *node
	fill  [40]byte
}

func grow(n int) int {
	var room [128]byte
	room[n%128] = 1
	if n == 0 {
		return int(room[0])
	}
	return grow(n-1) + int(room[n%128])
}

func main() {
	debug.SetGCPercent(1)
	rounds, workers := check.Arg(1, 20_000), 8
	var (
		all  sync.WaitGroup
		gone atomic.Int64
		sums = make(chan int, workers)
	)
	for w := 0; w < workers; w++ {
		all.Add(1)
		go func() {
			defer all.Done()
			var list *node
			sum := 0
			for i := 0; i < rounds; i++ {
				n := &node{items: map[string]int{"n": i}, done: make(chan struct{}), next: list}
				list = n
				if i%64 == 0 {
					list = nil
				}
				if i%100 == 0 {
					runtime.SetFinalizer(n, func(n *node) { gone.Add(int64(len(n.items))) })
				}
				if i%50 == 0 {
					sum += grow(200) - 201
				}
				go func() {
					n.mu.Lock()
					n.items["n"] -= i
					n.mu.Unlock()
					close(n.done)
				}()
				if i%2 == 0 {
					<-n.done
					n.items["n"]++
				} else {
					n.mu.Lock()
					n.items["m"] = 1
					n.mu.Unlock()
					<-n.done
					n.items["n"]++
				}
				sum += n.items["n"]
			}
			sums <- sum
		}()
	}
	all.Wait()
	for w := 0; w < workers; w++ {
		sum := <-sums
		check.That(sum == rounds, "sum %d of %d", sum, rounds)
	}
	check.Number("finalised", gone.Load())
	check.Number("rss", check.Settled())
	check.Ok()
}
