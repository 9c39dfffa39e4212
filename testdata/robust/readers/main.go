// Many maps that many goroutines read with nothing that orders the reads: what is kept of the
// readers must be in proportion.
package main

import (
	"strconv"
	"sync"

	"robust/check"
)

func main() {
	maps, readers := check.Arg(1, 20_000), check.Arg(2, 64)
	all := make([]map[string]int, maps)
	for i := range all {
		all[i] = map[string]int{strconv.Itoa(i): i, "a": 1, "b": 2}
	}
	var (
		done sync.WaitGroup
		sums = make(chan int, readers)
	)
	for r := 0; r < readers; r++ {
		done.Add(1)
		go func() {
			defer done.Done()
			sum := 0
			for i, m := range all {
				sum += m["a"] + m[strconv.Itoa(i)] - i
			}
			sums <- sum
		}()
	}
	done.Wait()
	for r := 0; r < readers; r++ {
		sum := <-sums
		check.That(sum == maps, "sum %d", sum)
	}
	check.Number("peak", check.Status("VmHWM"))
	check.Ok()
}
