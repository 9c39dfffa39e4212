// From Go 1.24 on, internal/race no longer imports runtime: its functions are pushed from here.

//go:build race && go1.24

package runtime

import "unsafe"

//go:linkname race_Errors internal/race.Errors
func race_Errors() int { return RaceErrors() }

//go:linkname race_Disable internal/race.Disable
//go:nosplit
func race_Disable() { RaceDisable() }

//go:linkname race_Enable internal/race.Enable
//go:nosplit
func race_Enable() { RaceEnable() }

// guardlabel looks a pprof label up: runtime/pprof keeps them as a list.
func guardlabel(labels unsafe.Pointer, key string) string {
	for _, label := range *(*[]struct{ key, value string })(labels) {
		if label.key == key {
			return label.value
		}
	}
	return ""
}
