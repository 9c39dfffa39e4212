// From Go 1.24 on, internal/race no longer imports runtime: its functions are pushed from here.

//go:build race && go1.24

package runtime

import "unsafe"

//go:linkname race_Errors internal/race.Errors
func race_Errors() int { return RaceErrors() }

//go:linkname race_Acquire internal/race.Acquire
//go:nosplit
func race_Acquire(addr unsafe.Pointer) { raceacquire(addr) }

//go:linkname race_Release internal/race.Release
//go:nosplit
func race_Release(addr unsafe.Pointer) { racerelease(addr) }

//go:linkname race_ReleaseMerge internal/race.ReleaseMerge
//go:nosplit
func race_ReleaseMerge(addr unsafe.Pointer) { racereleasemerge(addr) }

//go:linkname race_Disable internal/race.Disable
//go:nosplit
func race_Disable() { RaceDisable() }

//go:linkname race_Enable internal/race.Enable
//go:nosplit
func race_Enable() { RaceEnable() }

//go:linkname race_ReadPC internal/race.ReadPC
//go:nosplit
func race_ReadPC(addr unsafe.Pointer, callerpc, pc uintptr) { racereadpc(addr, callerpc, pc) }

//go:linkname race_WritePC internal/race.WritePC
//go:nosplit
func race_WritePC(addr unsafe.Pointer, callerpc, pc uintptr) { racewritepc(addr, callerpc, pc) }

// guardlabel looks a pprof label up: runtime/pprof keeps them as a list.
func guardlabel(labels unsafe.Pointer, key string) string {
	for _, label := range *(*[]struct{ key, value string })(labels) {
		if label.key == key {
			return label.value
		}
	}
	return ""
}
