// Package live measures what one synchronisation costs while many goroutines are alive.
package live

import (
	"fmt"
	"sync"
	"testing"
)

var crowd = []int{10, 1_000, 100_000}

// One map behind one mutex, and goroutines that wait for their turn to write to it.
type table struct {
	mu    sync.Mutex
	m     map[int]int
	turns []chan int
	done  sync.WaitGroup
}

// Starts n goroutines, each of which has written to the map once when this returns. The goroutine
// told a number of turns takes one and tells the rest to the one that next says; the last turn
// wakes up whoever waits for end.
func start(n int, next func(me int) int, end chan<- struct{}) *table {
	t := &table{m: make(map[int]int), turns: make([]chan int, n)}
	for i := range t.turns {
		t.turns[i] = make(chan int, 1)
	}
	var ready sync.WaitGroup
	ready.Add(n)
	t.done.Add(n)
	for i := 0; i < n; i++ {
		go func(me int) {
			defer t.done.Done()
			t.write(me)
			ready.Done()
			for left := range t.turns[me] {
				t.write(me)
				if left > 1 {
					t.turns[next(me)] <- left - 1
				} else {
					end <- struct{}{}
				}
			}
		}(i)
	}
	ready.Wait()
	return t
}

func (t *table) write(me int) {
	t.mu.Lock()
	t.m[me&7]++
	t.mu.Unlock()
}

func (t *table) stop() {
	for _, turn := range t.turns {
		close(turn)
	}
	t.done.Wait()
}

func bench(b *testing.B, next func(n int) func(me int) int) {
	for _, n := range crowd {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			end := make(chan struct{})
			t := start(n, next(n), end)
			b.ResetTimer()
			t.turns[0] <- b.N
			<-end
			b.StopTimer()
			t.stop()
		})
	}
}

// Two goroutines in turn; all others are idle.
func BenchmarkPair(b *testing.B) {
	bench(b, func(int) func(int) int {
		return func(me int) int { return 1 - me }
	})
}

// All goroutines in turn: none has synchronised since its last turn.
func BenchmarkRing(b *testing.B) {
	bench(b, func(n int) func(int) int {
		return func(me int) int { return (me + 1) % n }
	})
}
