// Signals that the program handles, and faults that it recovers from, under load.
package main

import (
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"robust/check"
)

type record struct{ items map[string]int }

// faulty is recovered from a fault within a function that has just used a map under a lock.
func faulty(mu *sync.Mutex, m map[string]int, r *record) (recovered bool) {
	defer func() { recovered = recover() != nil }()
	mu.Lock()
	defer mu.Unlock()
	m["faults"]++
	m["never"] = r.items["x"]
	return false
}

// atomically faults in an atomic operation on no address.
func atomically(p *atomic.Int64) (recovered bool) {
	defer func() { recovered = recover() != nil }()
	p.Add(1)
	return false
}

func main() {
	n := check.Arg(1, 300)
	var (
		mu   sync.Mutex
		m    = map[string]int{}
		got  = make(chan os.Signal, n)
		all  sync.WaitGroup
		stop atomic.Bool
	)
	debug.SetPanicOnFault(true)
	signal.Notify(got, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGURG)
	for w := 0; w < 4; w++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for !stop.Load() {
				mu.Lock()
				m["load"]++
				mu.Unlock()
				own := map[int]int{1: 1}
				own[2]++
			}
		}()
	}
	for i := 0; i < n; i++ {
		check.That(faulty(&mu, m, nil) && atomically(nil), "a fault was not recovered")
		syscall.Kill(os.Getpid(), syscall.SIGUSR1)
		if i == n/2 {
			syscall.Kill(os.Getpid(), syscall.SIGTERM)
		}
	}
	for term := false; !term; {
		select {
		case s := <-got:
			term = s == syscall.SIGTERM
		case <-time.After(time.Minute):
			check.That(false, "no SIGTERM")
		}
	}
	signal.Stop(got)
	stop.Store(true)
	all.Wait()
	check.That(m["faults"] == n && m["load"] > 0 && m["never"] == 0, "%v", m)
	check.Ok()
	if len(os.Args) > 2 {
		// With its stacks on standard error, and 2.
		syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		select {}
	}
}
