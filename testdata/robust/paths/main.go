// A map written from a great many places, as call stacks go: what is kept of each must have an end.
package main

import "robust/check"

// A writer writes a map in turn with another.
type writer struct {
	mine, other chan bool
	m           map[int]int
	i           int
}

//go:noinline
func (w *writer) left(bits, n int) int { return w.step(bits>>1, n) + 1 }

//go:noinline
func (w *writer) right(bits, n int) int { return w.step(bits>>1, n) + 1 }

// step goes n calls down, to the left or right as bits say, and writes.
func (w *writer) step(bits, n int) int {
	switch {
	case n == 0:
		<-w.mine
		w.m[w.i%1000]++
		w.other <- true
		return 0
	case bits&1 == 0:
		return w.left(bits, n-1) + 1
	default:
		return w.right(bits, n-1) + 1
	}
}

func main() {
	paths, depth := check.Arg(1, 1_000_000), check.Arg(2, 14)
	turns := [2]chan bool{make(chan bool, 1), make(chan bool, 1)}
	m := map[int]int{}
	sums := make(chan int)
	for side := 0; side < 2; side++ {
		w := &writer{mine: turns[side], other: turns[1-side], m: m}
		side := side
		go func() {
			sum := 0
			for i := side; i < paths; i += 2 {
				w.i = i
				sum += w.step(i*2654435761>>5, depth) - 2*depth
			}
			sums <- sum
		}()
	}
	turns[0] <- true
	sum := <-sums + <-sums
	total := 0
	for _, n := range m {
		total += n
	}
	check.That(total == paths && sum == 0, "%d of %d, %d", total, paths, sum)
	check.Number("peak", check.Status("VmHWM"))
	check.Ok()
}
