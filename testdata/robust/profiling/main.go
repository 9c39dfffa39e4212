// Every profile and trace that the runtime has, at high rates, while maps and locks are in heavy use.
package main

import (
	"bytes"
	"io"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"time"

	"robust/check"
)

// load uses a shared map from many goroutines until stop is closed.
func load(stop <-chan struct{}, workers int) (finish func() bool) {
	var (
		mu    sync.Mutex
		rw    sync.RWMutex
		m     = map[string]int{}
		all   sync.WaitGroup
		names = []string{"a", "b", "c", "d", "e"}
		count = make(chan int, workers)
	)
	all.Add(workers)
	for w := 0; w < workers; w++ {
		w := w
		go func() {
			defer all.Done()
			for i := 0; ; i++ {
				select {
				case <-stop:
					count <- i
					return
				default:
				}
				own := map[int]string{i: names[i%5]}
				mu.Lock()
				rw.Lock()
				m[own[i]]++
				rw.Unlock()
				mu.Unlock()
				rw.RLock()
				_ = m[names[w%5]]
				rw.RUnlock()
			}
		}()
	}
	return func() bool {
		all.Wait()
		total, told := 0, 0
		for _, n := range m {
			total += n
		}
		for w := 0; w < workers; w++ {
			told += <-count
		}
		return total == told && total > 0
	}
}

func main() {
	rounds := check.Arg(1, 5)
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(1)
	runtime.MemProfileRate = 1024
	stop := make(chan struct{})
	finish := load(stop, 8)
	for round := 0; round < rounds; round++ {
		// StartCPUProfile cannot lower a rate that was set before; it says so and goes on.
		runtime.SetCPUProfileRate(5000)
		var cpu, tr bytes.Buffer
		silently(func() { check.That(pprof.StartCPUProfile(&cpu) == nil, "cpu profile") })
		check.That(trace.Start(&tr) == nil, "trace")
		for _, name := range []string{"goroutine", "mutex", "block", "heap", "allocs", "threadcreate"} {
			for debug := 0; debug < 2; debug++ {
				check.That(pprof.Lookup(name).WriteTo(io.Discard, debug) == nil, "%s", name)
			}
		}
		pprof.Lookup("goroutine").WriteTo(io.Discard, 2)
		time.Sleep(200 * time.Millisecond)
		trace.Stop()
		pprof.StopCPUProfile()
		check.That(cpu.Len() > 100 && tr.Len() > 100, "profile %d, trace %d bytes", cpu.Len(), tr.Len())
	}
	close(stop)
	check.That(finish(), "counts")
	check.Ok()
}
