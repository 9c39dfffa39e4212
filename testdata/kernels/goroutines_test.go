package kernels

import (
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// Who starts whom: the go statement is an edge from parent to child, and the
// end of a goroutine is no edge at all.

// The parent writes after it has started the child.
func TestRaceParentWritesAfterGo(t *testing.T) {
	m := map[string]int{}
	var wrote, done quiet.Baton
	go func() {
		wrote.Await()
		_ = m["n"] // want race
		done.Pass()
	}()
	m["n"] = 1 // want race
	wrote.Pass()
	done.Await()
}

// Two children of one parent.
func TestRaceSiblings(t *testing.T) {
	m := map[string]int{}
	var first, second quiet.Baton
	go func() {
		m["a"] = 1 // want race
		first.Pass()
	}()
	go func() {
		first.Await()
		m["b"] = 2 // want race
		second.Pass()
	}()
	second.Await()
}

// The second child is started after the first has finished, but nobody waited for it.
func TestRaceSiblingsOneAfterTheOther(t *testing.T) {
	m := map[string]int{}
	for i := 0; i < 2; i++ {
		var done quiet.Baton
		go func() {
			m["n"]++ // want race
			done.Pass()
		}()
		done.Await()
	}
}

// The parent waits for its child, but not for the grandchild.
func TestRaceGrandchild(t *testing.T) {
	m := map[string]int{}
	child := make(chan int)
	var grandchild quiet.Baton
	go func() {
		go func() {
			m["grandchild"] = 1 // want race
			grandchild.Pass()
		}()
		close(child)
	}()
	<-child
	grandchild.Await()
	m["parent"] = 1 // want race
}

// Goroutines started in a loop write the results by index.
func TestRaceLoop(t *testing.T) {
	urls := []string{"a", "b", "c"}
	status := map[string]int{}
	turn := make([]quiet.Baton, len(urls)+1)
	for i, u := range urls {
		i, u := i, u
		go func() {
			turn[i].Await()
			status[u] = 200 // want race
			turn[i+1].Pass()
		}()
	}
	turn[0].Pass()
	turn[len(urls)].Await()
}

// The goroutine that wrote ended long ago; a thousand others came and went.
func TestRaceEndedLongAgo(t *testing.T) {
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		m["old"] = 1 // want race
		done.Pass()
	}()
	done.Await()
	var wg sync.WaitGroup
	for i := 0; i < 1000; i++ {
		wg.Add(1)
		go func() {
			own := map[int]int{}
			own[1]++
			wg.Done()
		}()
		if i%50 == 0 {
			wg.Wait()
		}
	}
	wg.Wait()
	_ = m["old"] // want race
}

// The same the other way: a very old reader against a new writer.
func TestRaceOldReader(t *testing.T) {
	m := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		_ = m["a"] // want race
		done.Pass()
	}()
	done.Await()
	for i := 0; i < 1000; i++ {
		c := make(chan int)
		go close(c)
		<-c
	}
	m["a"] = 2 // want race
}

// One reader of many is not waited for.
func TestRaceForgottenReader(t *testing.T) {
	m := map[int]int{1: 1}
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			_ = m[1]
			wg.Done()
		}()
	}
	var done quiet.Baton
	go func() {
		_ = m[1] // want race
		done.Pass()
	}()
	wg.Wait()
	done.Await()
	m[1] = 2 // want race
}

// The goroutine leaves by a panic that is recovered at its top.
func TestRaceRecoveredGoroutine(t *testing.T) {
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		defer done.Pass()
		defer func() {
			if recover() != nil {
				m["panics"]++ // want race
			}
		}()
		var nilMap map[string]int
		nilMap["boom"] = 1
	}()
	done.Await()
	_ = m["panics"] // want race
}

// Deferred access: it happens when the function returns.
func TestRaceDeferredWrite(t *testing.T) {
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		defer done.Pass()
		defer delete(m, "tmp") // want race
	}()
	done.Await()
	m["tmp"] = 1 // want race
}

// Everything before the go statement is seen by the new goroutine.
func TestNoRaceGoStatement(t *testing.T) {
	m := map[string]int{}
	m["a"] = 1
	done := make(chan int)
	go func() {
		m["a"]++
		close(done)
	}()
	<-done
}

// The edge of the go statement is passed on to children of children.
func TestNoRaceGoChain(t *testing.T) {
	m := map[int]int{}
	done := make(chan int)
	var start func(n int)
	start = func(n int) {
		m[n] = n
		if n == 10 {
			close(done)
			return
		}
		go start(n + 1)
	}
	start(0)
	<-done
	if len(m) != 11 {
		t.Error("lost a generation")
	}
}

// The arguments of the go statement are evaluated by the parent.
func TestNoRaceGoArguments(t *testing.T) {
	m := map[string]int{"a": 1}
	done := make(chan int, 1)
	go func(n int) { done <- n }(m["a"])
	m["a"] = 2
	if <-done != 1 {
		t.Error("read too late")
	}
}

// The map is given to the child; the parent does not touch it again.
func TestNoRaceOwnershipByGo(t *testing.T) {
	done := make(chan int)
	for i := 0; i < 3; i++ {
		m := map[int]int{}
		m[i] = i
		go func(own map[int]int) {
			clear(own)
			done <- 1
		}(m)
	}
	for i := 0; i < 3; i++ {
		<-done
	}
}

// Thousands of short goroutines: ids and stacks are used again.
func TestNoRaceManyGoroutines(t *testing.T) {
	var mu sync.Mutex
	total := map[int]int{}
	var wg sync.WaitGroup
	for i := 0; i < 3000; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			own := map[int]int{}
			own[i%7]++
			mu.Lock()
			total[i%7] += own[i%7]
			mu.Unlock()
		}()
		if i%100 == 0 {
			wg.Wait()
		}
	}
	wg.Wait()
	if total[0]+total[1]+total[2]+total[3]+total[4]+total[5]+total[6] != 3000 {
		t.Error("lost a goroutine")
	}
}

// A relay of a thousand goroutines, each started by the one before.
func TestNoRaceRelay(t *testing.T) {
	m := map[int]int{}
	done := make(chan int)
	go func() {
		m[0]++
		done <- 1
	}()
	for i := 0; i < 1000; i++ {
		<-done
		go func() {
			m[0]++
			done <- 1
		}()
	}
	<-done
	if m[0] != 1001 {
		t.Error("lost a runner")
	}
}
