// All memory locked, present and future: the kernel fills whatever the program has a right to touch.
package main

import (
	"sync"
	"syscall"

	"robust/check"
)

func main() {
	err := syscall.Mlockall(syscall.MCL_CURRENT | syscall.MCL_FUTURE)
	// Where that is not allowed there is nothing to see.
	check.That(err == nil || err == syscall.EPERM || err == syscall.ENOMEM, "mlockall: %v", err)
	var (
		mu  sync.Mutex
		all sync.WaitGroup
		m   = map[int][]byte{}
	)
	for i := 0; i < 2000; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			mu.Lock()
			m[i] = make([]byte, 10_000)
			mu.Unlock()
		}(i)
	}
	all.Wait()
	check.That(len(m) == 2000, "%d entries", len(m))
	check.Number("peak", check.Status("VmHWM"))
	check.Ok()
}
