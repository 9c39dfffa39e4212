package kernels

import (
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// The situations of runtime/race/testdata/waitgroup_test.go around a map.

// One worker.
func TestNoRaceStdWaitGroup(t *testing.T) {
	var wg sync.WaitGroup
	m := map[int]int{}
	for i := 0; i < 1; i++ {
		i := i
		wg.Add(1)
		go func() {
			m[0] = i
			wg.Done()
		}()
	}
	wg.Wait()
	clear(m)
}

// Two workers, same code.
func TestRaceStdWaitGroup(t *testing.T) {
	var wg sync.WaitGroup
	m := map[int]int{}
	turn := make([]quiet.Baton, 3)
	turn[0].Pass()
	for i := 0; i < 2; i++ {
		i := i
		wg.Add(1)
		go func() {
			turn[i].Await()
			m[0] = i // want race
			turn[i+1].Pass()
			wg.Done()
		}()
	}
	wg.Wait()
}

// The parent writes after Wait.
func TestNoRaceStdWaitGroup2(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	wg.Add(1)
	go func() {
		m["worker"] = 1
		wg.Done()
	}()
	wg.Wait()
	m["parent"] = 1
}

// The group is used as it should be, yet the two workers race.
func TestRaceStdWaitGroup2(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	var first quiet.Baton
	wg.Add(2)
	go func() {
		m["first"] = 1 // want race
		first.Pass()
		wg.Done()
	}()
	go func() {
		first.Await()
		m["second"] = 1 // want race
		wg.Done()
	}()
	wg.Wait()
}

// Wait to lock, Add(1) to enter, Add(-1) to leave: a group is no mutex.
func TestRaceStdWaitGroupAsMutex(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	var free, done quiet.Baton
	go func() {
		wg.Wait()
		free.Await()
		wg.Add(+1)
		m["go"] = 1 // want race
		wg.Add(-1)
		done.Pass()
	}()
	wg.Wait()
	free.Pass()
	done.Await()
	wg.Add(+1)
	m["main"] = 1 // want race
	wg.Add(-1)
}

// Add is called by the workers themselves, too late for Wait to count them.
func TestRaceStdWaitGroupWrongWait(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	var waited, first, second quiet.Baton
	work := func(k string, before, after *quiet.Baton) {
		before.Await()
		wg.Add(1)
		m[k] = 1 // want race
		wg.Done()
		after.Pass()
	}
	go work("a", &waited, &first)
	go work("b", &first, &second)
	wg.Wait()
	waited.Pass()
	second.Await()
}

// Several goroutines wait although there is nothing to wait for.
func TestNoRaceStdWaitGroupMultipleWait(t *testing.T) {
	var wg sync.WaitGroup
	done := make(chan int, 2)
	m := map[string]int{}
	m["before"] = 1
	for i := 0; i < 2; i++ {
		go func() {
			wg.Wait()
			done <- m["before"]
		}()
	}
	wg.Wait()
	<-done
	<-done
	m["after"] = 1
}

// Each worker is done and then waits for the other.
func TestNoRaceStdWaitGroupMultipleWait2(t *testing.T) {
	var wg sync.WaitGroup
	mine := [2]map[int]int{{}, {}}
	done := make(chan int, 2)
	wg.Add(2)
	for i := range mine {
		i := i
		go func() {
			mine[i][1] = 1
			wg.Done()
			wg.Wait()
			done <- mine[1-i][1]
		}()
	}
	wg.Wait()
	if <-done+<-done != 2 {
		t.Error("read too early")
	}
}

// Several goroutines wait for all workers and then read what they wrote.
func TestNoRaceStdWaitGroupMultipleWait3(t *testing.T) {
	const workers = 3
	var wg sync.WaitGroup
	parts := [workers]map[int]int{{}, {}, {}}
	done := make(chan int, workers)
	wg.Add(workers)
	for i := range parts {
		i := i
		go func() {
			parts[i][i] = 42
			wg.Done()
		}()
		go func() {
			wg.Wait()
			sum := 0
			for j, part := range parts {
				sum += part[j]
			}
			done <- sum
		}()
	}
	for range parts {
		if <-done != workers*42 {
			t.Error("read too early")
		}
	}
}

// A negative counter panics; the deferred function runs in the same goroutine.
func TestNoRaceStdWaitGroupPanicRecover(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
		m["recovered"] = 1
	}()
	m["before"] = 1
	wg.Add(-1)
}

// The deferred function of the panic starts a goroutine.
func TestNoRaceStdWaitGroupPanicRecover2(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	done := make(chan int)
	go func() {
		defer func() {
			_ = recover()
			go func() {
				m["after"] = 1
				close(done)
			}()
		}()
		m["before"] = 1
		wg.Add(-1)
	}()
	<-done
	m["main"] = 1
}

// Two workers with a map each, one much later than the other.
func TestNoRaceStdWaitGroupTransitive(t *testing.T) {
	var wg sync.WaitGroup
	early, late := map[int]int{}, map[int]int{}
	var first quiet.Baton
	wg.Add(2)
	go func() {
		early[1] = 42
		wg.Done()
		first.Pass()
	}()
	go func() {
		first.Await()
		late[1] = 42
		wg.Done()
	}()
	wg.Wait()
	clear(early)
	clear(late)
}

// The same group for several rounds.
func TestNoRaceStdWaitGroupReuse(t *testing.T) {
	var wg sync.WaitGroup
	parts := [3]map[int]int{{}, {}, {}}
	for round := 0; round < 3; round++ {
		wg.Add(len(parts))
		for i := range parts {
			i := i
			go func() {
				parts[i][0]++
				wg.Done()
			}()
		}
		wg.Wait()
		for _, part := range parts {
			part[0]++
		}
	}
}

// The same, with a second goroutine that waits in each round.
func TestNoRaceStdWaitGroupReuse2(t *testing.T) {
	var wg sync.WaitGroup
	parts := [3]map[int]int{{}, {}, {}}
	for round := 0; round < 3; round++ {
		wg.Add(len(parts))
		for i := range parts {
			i := i
			go func() {
				parts[i][0]++
				wg.Done()
			}()
		}
		done := make(chan int)
		go func() {
			wg.Wait()
			for _, part := range parts {
				part[0]++
			}
			close(done)
		}()
		wg.Wait()
		<-done
		for _, part := range parts {
			part[0]++
		}
	}
}

// Add and Done run at the same time in many goroutines; the channel orders them before Wait.
func TestNoRaceStdWaitGroupConcurrentAdd(t *testing.T) {
	const workers = 4
	var wg sync.WaitGroup
	parts := [workers]map[int]int{{}, {}, {}, {}}
	added := make(chan int, workers)
	work := func(i int) {
		wg.Add(1)
		added <- i
		parts[i][0]++
		wg.Done()
	}
	for i := range parts {
		go work(i)
	}
	for range parts {
		<-added
	}
	wg.Wait()
	for _, part := range parts {
		clear(part)
	}
}
