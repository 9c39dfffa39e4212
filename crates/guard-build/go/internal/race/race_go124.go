// This file takes the place of internal/race/race.go in a guarded build, from Go 1.24 on.

//go:build race

package race

import (
	"internal/abi"
	"unsafe"
)

const Enabled = true

// Pushed from runtime.

//go:linkname Acquire
func Acquire(addr unsafe.Pointer)

//go:linkname Release
func Release(addr unsafe.Pointer)

//go:linkname ReleaseMerge
func ReleaseMerge(addr unsafe.Pointer)

//go:linkname Disable
func Disable()

//go:linkname Enable
func Enable()

//go:linkname ReadPC
func ReadPC(addr unsafe.Pointer, callerpc, pc uintptr)

//go:linkname WritePC
func WritePC(addr unsafe.Pointer, callerpc, pc uintptr)

//go:linkname Errors
func Errors() int

// Accesses to plain memory are not the guard's business.

func Read(addr unsafe.Pointer)                                             {}
func Write(addr unsafe.Pointer)                                            {}
func ReadRange(addr unsafe.Pointer, len int)                               {}
func WriteRange(addr unsafe.Pointer, len int)                              {}
func ReadObjectPC(t *abi.Type, addr unsafe.Pointer, callerpc, pc uintptr)  {}
func WriteObjectPC(t *abi.Type, addr unsafe.Pointer, callerpc, pc uintptr) {}
