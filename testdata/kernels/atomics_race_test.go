package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"kernels/internal/quiet"
)

// Atomics that are used, but do not order the accesses.

// The writer raises the flag, the reader never looks at it.
func TestRaceFlagNotChecked(t *testing.T) {
	var ready atomic.Bool
	conf := map[string]string{}
	var done quiet.Baton
	go func() {
		conf["addr"] = ":80" // want race
		ready.Store(true)
		done.Pass()
	}()
	done.Await()
	_ = conf["addr"] // want race
}

// The reader checks a flag that the writer raises too early.
func TestRaceFlagRaisedEarly(t *testing.T) {
	var ready atomic.Bool
	conf := map[string]string{}
	var done quiet.Baton
	go func() {
		ready.Store(true)
		conf["addr"] = ":80" // want race
		done.Pass()
	}()
	done.Await()
	if ready.Load() {
		_ = conf["addr"] // want race
	}
}

// Loads alone order nothing: neither side stores.
func TestRaceBothLoad(t *testing.T) {
	var mode atomic.Int32
	m := map[int32]int{}
	var done quiet.Baton
	go func() {
		m[1]++ // want race
		_ = mode.Load()
		done.Pass()
	}()
	done.Await()
	_ = mode.Load()
	m[2]++ // want race
}

// Stores alone order nothing: a plain store does not observe the one before.
func TestRaceBothStore(t *testing.T) {
	var state atomic.Int64
	m := map[int]int{}
	var done quiet.Baton
	go func() {
		m[1] = 1 // want race
		state.Store(1)
		done.Pass()
	}()
	done.Await()
	state.Store(2)
	m[2] = 2 // want race
}

// Two different flags.
func TestRaceTwoFlags(t *testing.T) {
	var loaded, started uint32
	m := map[int]int{}
	var done quiet.Baton
	go func() {
		atomic.StoreUint32(&started, 1)
		m[1] = 1 // want race
		atomic.StoreUint32(&loaded, 1)
		done.Pass()
	}()
	done.Await()
	if atomic.LoadUint32(&started) == 1 {
		_ = m[1] // want race
	}
}

// The map is changed after it was published through an atomic pointer.
func TestRacePointerMutatedAfterPublish(t *testing.T) {
	var current atomic.Pointer[map[string]int]
	var done quiet.Baton
	go func() {
		m := map[string]int{"a": 1}
		current.Store(&m)
		m["b"] = 2 // want race
		done.Pass()
	}()
	done.Await()
	_ = (*current.Load())["b"] // want race
}

// The same with atomic.Value.
func TestRaceValueMutatedAfterPublish(t *testing.T) {
	var current atomic.Value
	current.Store(map[string]int{"a": 1})
	var done quiet.Baton
	go func() {
		_ = current.Load().(map[string]int)["a"] // want race
		done.Pass()
	}()
	done.Await()
	current.Load().(map[string]int)["b"] = 2 // want race
}

// Copy on write that changes the old map as well.
func TestRaceCopyOnWriteTouchesOld(t *testing.T) {
	var current atomic.Value
	current.Store(map[string]int{"a": 1})
	var done quiet.Baton
	go func() {
		_ = current.Load().(map[string]int)["a"] // want race
		done.Pass()
	}()
	done.Await()
	old := current.Load().(map[string]int)
	next := make(map[string]int, len(old))
	for k, v := range old {
		next[k] = v
	}
	old["b"] = 2 // want race
	current.Store(next)
}

// Copy on write without a copy: the published map itself is changed and stored again.
func TestRaceCopyOnWriteNoCopy(t *testing.T) {
	var mu sync.Mutex
	var current atomic.Value
	current.Store(map[string]int{"a": 1})
	var done quiet.Baton
	go func() {
		for range current.Load().(map[string]int) { // want race
		}
		done.Pass()
	}()
	done.Await()
	mu.Lock()
	m := current.Load().(map[string]int)
	delete(m, "a") // want race
	current.Store(m)
	mu.Unlock()
}

// Double-checked initialisation whose first check is not atomic.
func TestRaceDoubleChecked(t *testing.T) {
	var mu sync.Mutex
	var table quiet.Cell[map[string]int]
	lookup := func(k string) int {
		if table.Get() == nil {
			mu.Lock()
			if table.Get() == nil {
				m := map[string]int{}
				m["a"] = 1 // want race
				table.Set(m)
			}
			mu.Unlock()
		}
		return table.Get()[k] // want race
	}
	var done quiet.Baton
	go func() {
		lookup("a")
		done.Pass()
	}()
	done.Await()
	lookup("a")
}

// Spin lock whose failed compare-and-swap is ignored.
func TestRaceFailedCASIgnored(t *testing.T) {
	var lock int32
	m := map[int]int{}
	var wrote quiet.Baton
	go func() {
		atomic.CompareAndSwapInt32(&lock, 0, 1)
		m[1] = 1 // want race
		wrote.Pass()
	}()
	wrote.Await()
	if atomic.CompareAndSwapInt32(&lock, 0, 1) {
		t.Error("the lock is taken")
	}
	m[2] = 2 // want race
}

// A counter that counts users does not keep them apart.
func TestRaceUserCount(t *testing.T) {
	var users atomic.Int32
	m := map[int32]int{}
	use := func() {
		n := users.Add(1)
		m[n]++ // want race
	}
	var done quiet.Baton
	go func() {
		use()
		done.Pass()
	}()
	done.Await()
	use()
}

// An atomic id generator hands out unique keys, but the map is still shared.
func TestRaceUniqueKeys(t *testing.T) {
	var next atomic.Uint64
	byID := map[uint64]string{}
	create := func(name string) {
		id := next.Add(1)
		byID[id] = name // want race
	}
	var done quiet.Baton
	go func() {
		create("a")
		done.Pass()
	}()
	done.Await()
	create("b")
}

// Reference count: dropped before the last use instead of after it.
func TestRaceRefCountDroppedEarly(t *testing.T) {
	var refs atomic.Int32
	refs.Store(2)
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		refs.Add(-1)
		m["late"]++ // want race
		done.Pass()
	}()
	done.Await()
	if refs.Add(-1) == 0 {
		clear(m) // want race
	}
}

// A plain bool as a lock: it keeps the two apart here, but it is no edge.
func TestRacePlainBoolAsLock(t *testing.T) {
	var busy quiet.Cell[bool]
	m := map[int]int{}
	put := func(k int) {
		for busy.Get() {
			runtime.Gosched()
		}
		busy.Set(true)
		m[k] = k // want race
		busy.Set(false)
	}
	var done quiet.Baton
	go func() {
		put(1)
		done.Pass()
	}()
	done.Await()
	put(2)
}
