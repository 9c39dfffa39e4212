// Loops that only a signal can stop, next to collections that have to stop them.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"

	"robust/check"
)

//go:noinline
func work(x uint64) uint64 { return x*6364136223846793005 + 1442695040888963407 }

// spin calls nothing for a while but what is inlined.
func spin(n int) (x uint64) {
	for i := 0; i < n; i++ {
		x = x<<7 ^ x>>3 ^ uint64(i)
	}
	return x
}

func main() {
	rounds := check.Arg(1, 10)
	var (
		mu   sync.Mutex
		m    = map[uint64]uint64{}
		all  sync.WaitGroup
		stop atomic.Bool
	)
	sums := make([]uint64, 4)
	for w := range sums {
		w := w
		all.Add(1)
		go func() {
			defer all.Done()
			own := map[uint64]uint64{}
			for i := uint64(0); !stop.Load(); i++ {
				sums[w] ^= spin(20_000)
				own[i%512] = work(i)
				mu.Lock()
				m[i%256] = work(i % 256)
				mu.Unlock()
			}
			for i, x := range own {
				check.That(x%2 == work(i)%2, "own map")
			}
		}()
	}
	for i := 0; i < rounds; i++ {
		runtime.GC()
		mu.Lock()
		for i, x := range m {
			check.That(x == work(i), "entry %d", i)
		}
		mu.Unlock()
		runtime.Gosched()
	}
	stop.Store(true)
	all.Wait()
	check.Ok()
}
