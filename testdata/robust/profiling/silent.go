package main

import (
	"os"
	"syscall"

	"robust/check"
)

// silently calls f while what it writes to standard error is dropped.
func silently(f func()) {
	saved, err := syscall.Dup(2)
	check.That(err == nil, "dup: %v", err)
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	check.That(err == nil, "open: %v", err)
	syscall.Dup2(int(null.Fd()), 2)
	f()
	syscall.Dup2(saved, 2)
	syscall.Close(saved)
	null.Close()
}
