package kernels

import (
	"errors"
	"runtime"
	"sync"
	"testing"

	"kernels/internal/group"
	"kernels/internal/quiet"
)

// sync.WaitGroup and groups built on it.

// Wait comes before the goroutine has called Add: there is nothing to wait for.
func TestRaceWaitBeforeAdd(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	var waited, done quiet.Baton
	go func() {
		waited.Await()
		wg.Add(1)
		m["a"] = 1 // want race
		wg.Done()
		done.Pass()
	}()
	wg.Wait()
	waited.Pass()
	done.Await()
	_ = m["a"] // want race
}

// Waiting for the wrong group.
func TestRaceWrongGroup(t *testing.T) {
	var readers, writers sync.WaitGroup
	m := map[string]int{}
	var done quiet.Baton
	writers.Add(1)
	go func() {
		m["a"] = 1 // want race
		writers.Done()
		done.Pass()
	}()
	done.Await()
	readers.Wait()
	_ = m["a"] // want race
}

// Done is called before the last write.
func TestRaceDoneTooEarly(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	var done quiet.Baton
	wg.Add(1)
	go func() {
		m["rows"] = 10
		wg.Done()
		m["finished"] = 1 // want race
		done.Pass()
	}()
	wg.Wait()
	done.Await()
	for range m { // want race
	}
}

// Two workers, but only one is counted.
func TestRaceUncountedWorker(t *testing.T) {
	var wg sync.WaitGroup
	m := map[int]int{}
	var uncounted quiet.Baton
	wg.Add(1)
	go func() {
		m[1] = 1 // want race
		uncounted.Pass()
	}()
	go func() {
		defer wg.Done()
	}()
	wg.Wait()
	uncounted.Await()
	_ = m[1] // want race
}

// A worker starts a helper that nobody counts.
func TestRaceUncountedHelper(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	var helper quiet.Baton
	wg.Add(1)
	go func() {
		defer wg.Done()
		m["worker"]++
		go func() {
			m["helper"]++ // want race
			helper.Pass()
		}()
	}()
	wg.Wait()
	helper.Await()
	m["parent"]++ // want race
}

// The group orders the workers before the parent, not among each other.
func TestRaceWorkersOfOneGroup(t *testing.T) {
	var wg sync.WaitGroup
	results := map[int]int{}
	turn := make([]quiet.Baton, 4)
	turn[0].Pass()
	for i := 0; i < 3; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			turn[i].Await()
			results[i] = i * i // want race
			turn[i+1].Pass()
		}()
	}
	wg.Wait()
	_ = results[0]
}

// The same with an error group: workers write to one result map.
func TestRaceErrgroupWorkers(t *testing.T) {
	var g group.Group
	sizes := map[string]int{}
	var first quiet.Baton
	g.Go(func() error {
		sizes["a"] = 1 // want race
		first.Pass()
		return nil
	})
	g.Go(func() error {
		first.Await()
		sizes["b"] = 2 // want race
		return nil
	})
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

// The parent reads before it waits.
func TestRaceReadBeforeWait(t *testing.T) {
	var g group.Group
	sizes := map[string]int{}
	var done quiet.Baton
	g.Go(func() error {
		sizes["a"] = 1 // want race
		done.Pass()
		return nil
	})
	done.Await()
	_ = sizes["a"] // want race
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

// Workers write, the parent waits, then reads.
func TestNoRaceWaitGroup(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	wg.Add(1)
	go func() {
		defer wg.Done()
		m["a"] = 1
	}()
	wg.Wait()
	m["b"] = 2
}

// Every worker has a map of its own; the parent merges after Wait.
func TestNoRaceWaitGroupMerge(t *testing.T) {
	var wg sync.WaitGroup
	parts := make([]map[int]int, 4)
	for i := range parts {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			parts[i] = map[int]int{i: i}
		}()
	}
	wg.Wait()
	all := map[int]int{}
	for _, part := range parts {
		for k, v := range part {
			all[k] = v
		}
		clear(part)
	}
	if len(all) != 4 {
		t.Error("lost a part")
	}
}

// Two goroutines wait for the same group and then only read.
func TestNoRaceTwoWaiters(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	wg.Add(1)
	done := make(chan int, 2)
	for i := 0; i < 2; i++ {
		go func() {
			wg.Wait()
			done <- m["a"]
		}()
	}
	m["a"] = 1
	wg.Done()
	if <-done+<-done != 2 {
		t.Error("read too early")
	}
}

// A WaitGroup as a start signal: Done of the parent releases the workers.
func TestNoRaceStartGun(t *testing.T) {
	var start, finish sync.WaitGroup
	conf := map[string]int{}
	start.Add(1)
	for i := 0; i < 3; i++ {
		finish.Add(1)
		go func() {
			defer finish.Done()
			start.Wait()
			_ = conf["n"]
		}()
	}
	conf["n"] = 3
	start.Done()
	finish.Wait()
	conf["n"] = 0
}

// The group is used for several rounds.
func TestNoRaceWaitGroupRounds(t *testing.T) {
	var wg sync.WaitGroup
	m := map[int]int{}
	for round := 0; round < 5; round++ {
		round := round
		wg.Add(1)
		go func() {
			defer wg.Done()
			m[round]++
		}()
		wg.Wait()
		m[round]++
	}
}

// Error group whose workers lock the result map.
func TestNoRaceErrgroupLocked(t *testing.T) {
	var g group.Group
	var mu sync.Mutex
	sizes := map[string]int{}
	for _, name := range []string{"a", "bb", "ccc"} {
		name := name
		g.Go(func() error {
			mu.Lock()
			defer mu.Unlock()
			sizes[name] = len(name)
			return nil
		})
	}
	if err := g.Wait(); err != nil || sizes["ccc"] != 3 {
		t.Error("lost a result")
	}
}

// The error that is returned carries a map written by the worker.
func TestNoRaceErrgroupError(t *testing.T) {
	var g group.Group
	details := map[string]int{}
	g.Go(func() error {
		details["line"] = 7
		return errors.New("syntax error")
	})
	if g.Wait() == nil {
		t.Error("want an error")
	}
	details["reported"] = 1
}

// A worker leaves with runtime.Goexit; the deferred Done still counts.
func TestNoRaceGoexitDone(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	wg.Add(1)
	go func() {
		defer wg.Done()
		m["a"] = 1
		runtime.Goexit()
	}()
	wg.Wait()
	m["b"] = 2
}

// A worker panics and recovers; the deferred functions run in order.
func TestNoRacePanicDone(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer func() {
			m["recovered"] = len(recover().(string))
		}()
		m["a"] = 1
		panic("stop")
	}()
	wg.Wait()
	m["b"] = 2
}
