// The typed atomics call the functions below where they would call LoadInt32 and the
// like: the compiler turns those into instructions, and the guard would not see them.
// They are defined in runtime/race_amd64.s.

//go:build race

package atomic

import "unsafe"

//go:noescape
func guardLoadInt32(addr *int32) (val int32)

//go:noescape
func guardStoreInt32(addr *int32, val int32)

//go:noescape
func guardSwapInt32(addr *int32, new int32) (old int32)

//go:noescape
func guardCompareAndSwapInt32(addr *int32, old, new int32) (swapped bool)

//go:noescape
func guardAddInt32(addr *int32, delta int32) (new int32)

//go:noescape
func guardAndInt32(addr *int32, mask int32) (old int32)

//go:noescape
func guardOrInt32(addr *int32, mask int32) (old int32)

//go:noescape
func guardLoadUint32(addr *uint32) (val uint32)

//go:noescape
func guardStoreUint32(addr *uint32, val uint32)

//go:noescape
func guardSwapUint32(addr *uint32, new uint32) (old uint32)

//go:noescape
func guardCompareAndSwapUint32(addr *uint32, old, new uint32) (swapped bool)

//go:noescape
func guardAddUint32(addr *uint32, delta uint32) (new uint32)

//go:noescape
func guardAndUint32(addr *uint32, mask uint32) (old uint32)

//go:noescape
func guardOrUint32(addr *uint32, mask uint32) (old uint32)

//go:noescape
func guardLoadInt64(addr *int64) (val int64)

//go:noescape
func guardStoreInt64(addr *int64, val int64)

//go:noescape
func guardSwapInt64(addr *int64, new int64) (old int64)

//go:noescape
func guardCompareAndSwapInt64(addr *int64, old, new int64) (swapped bool)

//go:noescape
func guardAddInt64(addr *int64, delta int64) (new int64)

//go:noescape
func guardAndInt64(addr *int64, mask int64) (old int64)

//go:noescape
func guardOrInt64(addr *int64, mask int64) (old int64)

//go:noescape
func guardLoadUint64(addr *uint64) (val uint64)

//go:noescape
func guardStoreUint64(addr *uint64, val uint64)

//go:noescape
func guardSwapUint64(addr *uint64, new uint64) (old uint64)

//go:noescape
func guardCompareAndSwapUint64(addr *uint64, old, new uint64) (swapped bool)

//go:noescape
func guardAddUint64(addr *uint64, delta uint64) (new uint64)

//go:noescape
func guardAndUint64(addr *uint64, mask uint64) (old uint64)

//go:noescape
func guardOrUint64(addr *uint64, mask uint64) (old uint64)

//go:noescape
func guardLoadUintptr(addr *uintptr) (val uintptr)

//go:noescape
func guardStoreUintptr(addr *uintptr, val uintptr)

//go:noescape
func guardSwapUintptr(addr *uintptr, new uintptr) (old uintptr)

//go:noescape
func guardCompareAndSwapUintptr(addr *uintptr, old, new uintptr) (swapped bool)

//go:noescape
func guardAddUintptr(addr *uintptr, delta uintptr) (new uintptr)

//go:noescape
func guardAndUintptr(addr *uintptr, mask uintptr) (old uintptr)

//go:noescape
func guardOrUintptr(addr *uintptr, mask uintptr) (old uintptr)

//go:noescape
func guardLoadPointer(addr *unsafe.Pointer) (val unsafe.Pointer)
