// One map of three million entries: what the guard adds to the peak of memory.
package main

import "robust/check"

func main() {
	n := check.Arg(1, 3_000_000)
	m := map[int]int{}
	done := make(chan bool)
	go func() {
		for i := 0; i < n; i++ {
			m[i*7919] = i
		}
		done <- true
	}()
	<-done
	sum := 0
	for k, v := range m {
		sum += k - v*7918
	}
	check.That(len(m) == n && sum == n*(n-1)/2, "%d entries, sum %d", len(m), sum)
	check.Number("peak", check.Status("VmHWM"))
	check.Ok()
}
