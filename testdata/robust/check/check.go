// Package check is what the programs of this module share: they verify their own data, and tell
// numbers in lines that begin with "# ", which may differ between runs. All else they print does not.
package check

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
)

// That ends the program with 1 unless ok holds.
func That(ok bool, format string, args ...any) {
	if !ok {
		fmt.Fprintf(os.Stderr, "wrong: "+format+"\n", args...)
		os.Exit(1)
	}
}

// Number tells a number for the test to judge.
func Number(name string, value int64) { fmt.Printf("# %s %d\n", name, value) }

// Arg is argument i as a number, or without it what stands for it.
func Arg(i, otherwise int) int {
	if i >= len(os.Args) {
		return otherwise
	}
	n, err := strconv.Atoi(os.Args[i])
	That(err == nil, "argument %d: %v", i, err)
	return n
}

// Status is a line of /proc/self/status in kB: VmHWM is the peak of resident memory, VmRSS its present.
func Status(name string) int64 {
	text, err := os.ReadFile("/proc/self/status")
	That(err == nil, "%v", err)
	for _, line := range bytes.Split(text, []byte("\n")) {
		fields := bytes.Fields(line)
		if len(fields) > 1 && string(fields[0]) == name+":" {
			n, err := strconv.ParseInt(string(fields[1]), 10, 64)
			That(err == nil, "%v", err)
			return n
		}
	}
	That(false, "no %s", name)
	return 0
}

// Settled is the resident memory after a collection.
func Settled() int64 {
	runtime.GC()
	runtime.GC()
	return Status("VmRSS")
}

// Ok is the end of a program whose data was right.
func Ok() { fmt.Println("ok") }
