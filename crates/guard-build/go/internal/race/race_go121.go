// This file takes the place of internal/race/race.go in a guarded build, up to Go 1.23.

//go:build race

package race

import (
	"internal/abi"
	"runtime"
	"unsafe"
)

const Enabled = true

func Acquire(addr unsafe.Pointer)      { runtime.RaceAcquire(addr) }
func Release(addr unsafe.Pointer)      { runtime.RaceRelease(addr) }
func ReleaseMerge(addr unsafe.Pointer) { runtime.RaceReleaseMerge(addr) }
func Disable()                         { runtime.RaceDisable() }
func Enable()                          { runtime.RaceEnable() }
func Errors() int                      { return runtime.RaceErrors() }

// Accesses to plain memory are not the guard's business.

func Read(addr unsafe.Pointer)                {}
func Write(addr unsafe.Pointer)               {}
func ReadRange(addr unsafe.Pointer, len int)  {}
func WriteRange(addr unsafe.Pointer, len int) {}
