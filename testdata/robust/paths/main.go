// A map written from a great many places, as call stacks go: what is kept of each must have an end.
package main

import (
	"sync"

	"robust/check"
)

type book struct {
	mu sync.Mutex
	m  map[int]int
}

//go:noinline
func (b *book) left(bits, n int) int {
	if n == 0 {
		return b.write(bits)
	}
	return b.step(bits>>1, n-1) + 1
}

//go:noinline
func (b *book) right(bits, n int) int {
	if n == 0 {
		return b.write(bits)
	}
	return b.step(bits>>1, n-1) + 1
}

//go:noinline
func (b *book) step(bits, n int) int {
	if bits&1 == 0 {
		return b.left(bits, n) + 1
	}
	return b.right(bits, n) + 1
}

func (b *book) write(bits int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.m[bits]++
	return 0
}

func main() {
	paths, depth := check.Arg(1, 1_000_000), check.Arg(2, 28)
	b := &book{m: map[int]int{}}
	half := make(chan int)
	for w := 0; w < 2; w++ {
		w := w
		go func() {
			sum := 0
			for i := w; i < paths; i += 2 {
				sum += b.step(i, depth) - 2*depth
			}
			half <- sum
		}()
	}
	sum := <-half + <-half
	total := 0
	for _, n := range b.m {
		total += n
	}
	check.That(total == paths, "%d of %d, %d", total, paths, sum)
	check.Number("peak", check.Status("VmHWM"))
	check.Ok()
}
