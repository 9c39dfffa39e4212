// What it takes to start and end: pages that were touched, and memory.
package main

import (
	"syscall"

	"robust/check"
)

func main() {
	m := map[string]int{"a": 1}
	var usage syscall.Rusage
	check.That(syscall.Getrusage(syscall.RUSAGE_SELF, &usage) == nil && m["a"] == 1, "getrusage")
	check.Number("faults", usage.Minflt)
	check.Number("peak", check.Status("VmHWM"))
	check.Ok()
}
