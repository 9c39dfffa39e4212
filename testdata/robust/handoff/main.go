// What a lock, a write to a map and an unlock cost: with 10, 1,000 and 100,000 goroutines alive that
// hand the lock around, and before and after a million goroutines have come and gone; and what one
// costs that comes and goes, before and after a crowd of 100,000.
package main

import (
	"runtime"
	"sort"
	"sync"
	"syscall"
	"unsafe"

	"robust/check"
)

// A ring of goroutines, each of which waits for its turn, works, and wakes the next.
type ring struct {
	turns  []chan bool
	mu     sync.Mutex
	m      map[int]int
	done   chan bool
	left   int
	joined sync.WaitGroup
}

func newRing(n int) *ring {
	r := &ring{turns: make([]chan bool, n), m: map[int]int{}, done: make(chan bool)}
	for i := range r.turns {
		r.turns[i] = make(chan bool, 1)
	}
	r.joined.Add(n)
	for i := range r.turns {
		go r.member(i)
	}
	r.joined.Wait()
	return r
}

func (r *ring) member(i int) {
	r.work(i)
	r.joined.Done()
	for on := range r.turns[i] {
		if !on {
			return
		}
		r.work(i)
		if r.left--; r.left > 0 {
			// Not the neighbour, whose clock would be near this one's.
			r.turns[(i+7919)%len(r.turns)] <- true
		} else {
			r.done <- true
		}
	}
}

func (r *ring) work(i int) {
	r.mu.Lock()
	r.m[i%64]++
	r.mu.Unlock()
}

// turn is what a member's turn costs, in picoseconds of processor time, measured over n turns.
func (r *ring) turn(n int) int64 {
	r.left = n
	begin := cpu()
	r.turns[0] <- true
	<-r.done
	return (cpu() - begin) * 1000 / int64(n)
}

func (r *ring) end() {
	for _, turn := range r.turns {
		turn <- false
	}
}

// cpu is the time that the process has had on processors, in nanoseconds: that of others does not count.
func cpu() int64 {
	const clockProcess = 2
	var at syscall.Timespec
	_, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockProcess, uintptr(unsafe.Pointer(&at)), 0)
	check.That(errno == 0, "clock_gettime: %v", errno)
	return at.Nano()
}

func median(of []int64) int64 {
	sort.Slice(of, func(i, j int) bool { return of[i] < of[j] })
	return of[len(of)/2]
}

// comeAndGo starts n goroutines, of which a hundred are alive at once, and gives the cost of each.
func comeAndGo(n int) int64 {
	begin := cpu()
	var mu sync.Mutex
	m := map[int]int{}
	for i := 0; i < n/100; i++ {
		var all sync.WaitGroup
		for j := 0; j < 100; j++ {
			j := j
			all.Add(1)
			go func() {
				defer all.Done()
				mu.Lock()
				m[j]++
				mu.Unlock()
			}()
		}
		all.Wait()
	}
	check.That(m[0] == n/100, "%d came and went", m[0])
	return (cpu() - begin) * 1000 / int64(n)
}

func main() {
	rounds, turns, passing := check.Arg(1, 15), check.Arg(2, 20_000), check.Arg(3, 1_000_000)
	runtime.GOMAXPROCS(1) // or it depends on chance whether the next one sleeps
	few := newRing(10)
	fewTurns := func() int64 {
		costs := make([]int64, rounds)
		for i := range costs {
			costs[i] = few.turn(turns)
		}
		return median(costs)
	}
	check.Number("before", fewTurns())
	check.Number("passing", comeAndGo(passing))
	check.Number("after", fewTurns())

	names := []string{"10", "1000", "100000"}
	rings := []*ring{few, newRing(1000), newRing(100_000)}
	costs := make([][]int64, 3)
	runtime.GC()
	for i := 0; i < rounds; i++ {
		for j, r := range rings {
			costs[j] = append(costs[j], r.turn(turns))
		}
	}
	for j, name := range names {
		check.Number("turn-"+name, median(costs[j]))
	}
	rings[2].end()
	rings[1].end()
	check.Number("passing-after-crowd", comeAndGo(passing))

	total := 0
	for _, n := range few.m {
		total += n
	}
	check.That(total == 10+3*rounds*turns, "%d turns", total)
	check.Ok()
}
