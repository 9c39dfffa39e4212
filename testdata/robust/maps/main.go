// Maps made and dropped by the million, so that their memory is used for other maps, of other
// goroutines, which nothing orders after those before: no alarm may come of it.
package main

import (
	"runtime"
	"sync"

	"robust/check"
)

const workers = 4

// own makes a map that no other goroutine sees, on the heap.
func own(w, i int) int {
	m := map[int]int{i: 1}
	for j := 0; j < i%20; j++ {
		m[j] = j
	}
	if i%3 == 0 {
		clear(m)
		m[i] = 1
	}
	delete(m, i+1)
	sum := 0
	for k := range m {
		sum += k - k + 1
	}
	keep[w] = m
	return sum - len(m) + m[i]
}

// keep makes maps escape.
var keep [workers]any

// handed sends maps to another goroutine, which goes on with them.
func handed(n int, to chan<- map[string][]int, from <-chan map[string][]int) (sum int) {
	for i := 0; i < n; i++ {
		m := make(map[string][]int, i%9)
		m["a"] = append(m["a"], i)
		to <- m
		m = <-from
		m["a"] = append(m["a"], -m["a"][0])
		sum += m["a"][0] + m["a"][1]
	}
	return sum
}

func main() {
	n := check.Arg(1, 1_000_000)
	a, b := make(chan map[string][]int, 16), make(chan map[string][]int, 16)
	var all sync.WaitGroup
	all.Add(workers)
	for w := 0; w < workers; w++ {
		w := w
		go func() {
			defer all.Done()
			switch w {
			case 0:
				check.That(handed(n/workers, a, b) == 0, "handed maps")
			case 1:
				check.That(handed(n/workers, b, a) == 0, "handed maps")
			default:
				for i := 0; i < n/workers; i++ {
					check.That(own(w, i) == 1, "own map %d", i)
				}
			}
		}()
	}
	all.Wait()
	runtime.GC()
	check.Ok()
}
