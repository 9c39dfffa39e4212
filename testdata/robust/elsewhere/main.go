// Locks and atomics in memory that is not Go's: they order what goroutines do to maps all the same.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"robust/check"
)

// words is memory that the Go heap knows nothing of.
type words struct {
	flag  atomic.Int32
	count atomic.Int64
	mu    sync.Mutex
	rw    sync.RWMutex
	slot  [8]atomic.Uint64
}

func main() {
	n := check.Arg(1, 2000)
	memory, err := syscall.Mmap(-1, 0, 1<<16, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_SHARED)
	check.That(err == nil, "%v", err)
	w := (*words)(unsafe.Pointer(&memory[0]))

	// A flag publishes a map.
	for i := 0; i < n; i++ {
		m := map[int]int{}
		w.flag.Store(0)
		go func() {
			m[i] = 1
			w.flag.Store(1)
		}()
		for w.flag.Load() == 0 {
			runtime.Gosched()
		}
		m[i]++
		check.That(m[i] == 2, "published map")
	}

	// Mutexes guard one.
	var all sync.WaitGroup
	m, often := map[int]int{}, map[int]int{}
	for g := 0; g < 8; g++ {
		g := g
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < n; i++ {
				w.mu.Lock()
				m[g]++
				w.mu.Unlock()
				w.rw.RLock()
				_ = often[g]
				w.rw.RUnlock()
				if i%10 == 0 {
					w.rw.Lock()
					often[g]++
					w.rw.Unlock()
				}
				w.count.Add(1)
			}
		}()
	}
	for w.count.Load() != int64(8*n) {
		runtime.Gosched()
	}
	for g := 0; g < 8; g++ {
		check.That(m[g] == n, "%d counted %d", g, m[g])
	}
	all.Wait()

	// So do words next to each other, one for each of several pairs of goroutines.
	maps := make([]map[int]int, len(w.slot))
	for p := range w.slot {
		p := p
		maps[p] = map[int]int{}
		for side := uint64(0); side < 2; side++ {
			side := side
			all.Add(1)
			go func() {
				defer all.Done()
				for i := 0; i < n/10; i++ {
					for w.slot[p].Load()%2 != side {
						runtime.Gosched()
					}
					maps[p][i%10]++
					w.slot[p].Add(1)
				}
			}()
		}
	}
	all.Wait()
	for p := range maps {
		check.That(maps[p][0] == n/50, "pair %d counted %d", p, maps[p][0])
	}
	check.Ok()
}
