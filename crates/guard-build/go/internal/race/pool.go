// Part of internal/race/race.go in a guarded build, on all releases.

//go:build race

package race

import "internal/abi"
import "unsafe"

// PoolAddr returns the address that stands for a pointer in a sync.Pool: a byte of what it points to. For other values
// it returns nil.
func PoolAddr(x any) unsafe.Pointer {
	value := (*struct {
		typ  *abi.Type
		data unsafe.Pointer
	})(unsafe.Pointer(&x))
	if value.typ.Kind() != abi.Pointer {
		return nil
	}
	return unsafe.Add(value.data, 1)
}
