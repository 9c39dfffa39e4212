//go:build race && !go1.24

package runtime

import "unsafe"

// guardlabel looks a pprof label up: runtime/pprof keeps them in a map.
func guardlabel(labels unsafe.Pointer, key string) string {
	return (*(*map[string]string)(labels))[key]
}
