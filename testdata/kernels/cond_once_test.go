package kernels

import (
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// sync.Cond, sync.Once and the functions made from it.

// Once for the initialisation, but another path touches the map without it.
func TestRaceOnceAndRawAccess(t *testing.T) {
	var once sync.Once
	table := map[string]int{}
	var done quiet.Baton
	go func() {
		once.Do(func() { table["a"] = 1 }) // want race
		done.Pass()
	}()
	done.Await()
	_ = table["a"] // want race
}

// Once orders what happens inside Do; what follows it is not covered.
func TestRaceWriteAfterOnce(t *testing.T) {
	var once sync.Once
	table := map[string]int{}
	get := func() map[string]int {
		once.Do(func() { table["a"] = 1 })
		return table
	}
	var done quiet.Baton
	go func() {
		get()["b"] = 2 // want race
		done.Pass()
	}()
	done.Await()
	_ = get()["b"] // want race
}

// Two Once values guard one table.
func TestRaceTwoOnces(t *testing.T) {
	var onceA, onceB sync.Once
	table := map[string]int{}
	var done quiet.Baton
	go func() {
		onceA.Do(func() { table["a"] = 1 }) // want race
		done.Pass()
	}()
	done.Await()
	onceB.Do(func() { table["b"] = 2 }) // want race
}

// Once inside a struct that is rebuilt: each copy initialises the shared map again.
func TestRaceOncePerCopy(t *testing.T) {
	type lazy struct {
		once sync.Once
		m    map[string]int
	}
	m := map[string]int{}
	load := func(l *lazy) {
		l.once.Do(func() { l.m["init"]++ }) // want race
	}
	var done quiet.Baton
	go func() {
		load(&lazy{m: m})
		done.Pass()
	}()
	done.Await()
	load(&lazy{m: m})
}

// Lazy table filled by the first caller.
func TestNoRaceOnce(t *testing.T) {
	var once sync.Once
	table := map[string]int{}
	lookup := func(k string) int {
		once.Do(func() { table["a"] = 1 })
		return table[k]
	}
	done := make(chan int)
	go func() { done <- lookup("a") }()
	go func() { done <- lookup("a") }()
	if <-done+<-done != 2 {
		t.Error("the table was not filled")
	}
}

// sync.OnceFunc.
func TestNoRaceOnceFunc(t *testing.T) {
	table := map[string]int{}
	load := sync.OnceFunc(func() { table["a"] = 1 })
	done := make(chan int, 2)
	for i := 0; i < 2; i++ {
		go func() {
			load()
			done <- table["a"]
		}()
	}
	<-done
	<-done
}

// sync.OnceValue returning a map that is only read.
func TestNoRaceOnceValue(t *testing.T) {
	table := sync.OnceValue(func() map[string]int { return map[string]int{"a": 1} })
	done := make(chan int, 2)
	for i := 0; i < 2; i++ {
		go func() { done <- table()["a"] }()
	}
	<-done
	<-done
}

// sync.OnceValues returning a map and an error.
func TestNoRaceOnceValues(t *testing.T) {
	table := sync.OnceValues(func() (map[string]int, error) {
		m := make(map[string]int)
		m["a"] = 1
		return m, nil
	})
	done := make(chan int, 2)
	for i := 0; i < 2; i++ {
		go func() {
			m, _ := table()
			done <- m["a"]
		}()
	}
	<-done
	<-done
}

// sync.OnceValue returning a map that the callers then write.
func TestRaceOnceValueMutated(t *testing.T) {
	table := sync.OnceValue(func() map[string]int { return map[string]int{} })
	var done quiet.Baton
	go func() {
		table()["a"] = 1 // want race
		done.Pass()
	}()
	done.Await()
	table()["b"] = 2 // want race
}

// Job queue on a map with Cond.Wait and Signal.
func TestNoRaceCondSignal(t *testing.T) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	jobs := map[int]string{}
	go func() {
		mu.Lock()
		jobs[1] = "build"
		cond.Signal()
		mu.Unlock()
	}()
	mu.Lock()
	for len(jobs) == 0 {
		cond.Wait()
	}
	delete(jobs, 1)
	mu.Unlock()
}

// Broadcast wakes several readers, each of which reads under the lock.
func TestNoRaceCondBroadcast(t *testing.T) {
	var mu sync.RWMutex
	cond := sync.NewCond(mu.RLocker())
	conf := map[string]string{}
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			cond.L.Lock()
			defer cond.L.Unlock()
			for conf["ready"] == "" {
				cond.Wait()
			}
			_ = conf["name"]
		}()
	}
	mu.Lock()
	conf["name"] = "demo"
	conf["ready"] = "yes"
	mu.Unlock()
	cond.Broadcast()
	wg.Wait()
}

// The map is prepared before the lock; the signal flag under the lock publishes it.
func TestNoRaceCondPublishes(t *testing.T) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	conf := map[string]string{}
	ready := false
	go func() {
		conf["name"] = "demo"
		mu.Lock()
		ready = true
		mu.Unlock()
		cond.Signal()
	}()
	mu.Lock()
	for !ready {
		cond.Wait()
	}
	mu.Unlock()
	conf["seen"] = "yes"
}
