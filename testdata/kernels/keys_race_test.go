package kernels

import (
	"testing"
	"unsafe"

	"kernels/internal/quiet"
)

// The compiler picks a different runtime function for a map access by the type
// of the key and the size of the value. Every one of them must be seen.

// mapassign_fast32: 4-byte key, port numbers.
func TestRaceKeyInt32(t *testing.T) {
	ports := map[int32]string{}
	var done quiet.Baton
	go func() {
		ports[80] = "http" // want race
		done.Pass()
	}()
	done.Await()
	_ = ports[443] // want race
}

// mapassign_fast32: rune key, character histogram.
func TestRaceKeyRune(t *testing.T) {
	freq := map[rune]int{}
	var done quiet.Baton
	go func() {
		for _, r := range "hello" {
			freq[r]++ // want race
		}
		done.Pass()
	}()
	done.Await()
	if _, ok := freq['h']; !ok { // want race
		t.Error("h is missing")
	}
}

// mapassign_fast64: int key.
func TestRaceKeyInt(t *testing.T) {
	squares := map[int]int{}
	var done quiet.Baton
	go func() {
		squares[3] = 9 // want race
		done.Pass()
	}()
	done.Await()
	squares[4] = 16 // want race
}

// mapassign_fast64: uint64 key, deleted on the other side.
func TestRaceKeyUint64(t *testing.T) {
	inode := map[uint64]string{1: "/"}
	var done quiet.Baton
	go func() {
		inode[2] = "/etc" // want race
		done.Pass()
	}()
	done.Await()
	delete(inode, 1) // want race
}

// mapassign_fast64ptr (fast32ptr on 32-bit machines): pointer key, set of live connections.
func TestRaceKeyPointer(t *testing.T) {
	type conn struct{ id int }
	live := map[*conn]bool{}
	c1, c2 := &conn{1}, &conn{2}
	var done quiet.Baton
	go func() {
		live[c1] = true // want race
		done.Pass()
	}()
	done.Await()
	delete(live, c2) // want race
}

// Pointer-shaped key: channel, set of subscribers.
func TestRaceKeyChan(t *testing.T) {
	subscribers := map[chan int]struct{}{}
	var done quiet.Baton
	go func() {
		subscribers[make(chan int)] = struct{}{} // want race
		done.Pass()
	}()
	done.Await()
	for range subscribers { // want race
	}
}

// Pointer-shaped key: unsafe.Pointer.
func TestRaceKeyUnsafePointer(t *testing.T) {
	tags := map[unsafe.Pointer]string{}
	x := new(int)
	var done quiet.Baton
	go func() {
		tags[unsafe.Pointer(x)] = "x" // want race
		done.Pass()
	}()
	done.Await()
	_ = tags[unsafe.Pointer(x)] // want race
}

// mapassign_faststr: string key.
func TestRaceKeyString(t *testing.T) {
	env := map[string]string{}
	var done quiet.Baton
	go func() {
		env["HOME"] = "/root" // want race
		done.Pass()
	}()
	done.Await()
	delete(env, "HOME") // want race
}

// String key converted from bytes at the access.
func TestRaceKeyBytesToString(t *testing.T) {
	words := map[string]int{}
	word := []byte("map")
	var done quiet.Baton
	go func() {
		words[string(word)]++ // want race
		done.Pass()
	}()
	done.Await()
	_ = words[string(word)] // want race
}

// Generic mapassign: interface key.
func TestRaceKeyInterface(t *testing.T) {
	attr := map[any]any{}
	var done quiet.Baton
	go func() {
		attr["name"] = 1 // want race
		done.Pass()
	}()
	done.Await()
	_ = attr[7] // want race
}

// Generic mapassign: interface with methods as key, error counter.
func TestRaceKeyError(t *testing.T) {
	type timeout struct{ error }
	count := map[error]int{}
	var done quiet.Baton
	go func() {
		count[timeout{}]++ // want race
		done.Pass()
	}()
	done.Await()
	count[timeout{}]++ // want race
}

// Generic mapassign: float key.
func TestRaceKeyFloat(t *testing.T) {
	bucket := map[float64]int{}
	var done quiet.Baton
	go func() {
		bucket[0.99]++ // want race
		done.Pass()
	}()
	done.Await()
	_ = bucket[0.5] // want race
}

// Generic mapassign: a bool key is small, but has no fast variant.
func TestRaceKeyBool(t *testing.T) {
	votes := map[bool]int{}
	var done quiet.Baton
	go func() {
		votes[true]++ // want race
		done.Pass()
	}()
	done.Await()
	votes[false]++ // want race
}

// Generic mapassign: array key, 16-byte address.
func TestRaceKeyArray(t *testing.T) {
	peers := map[[16]byte]string{}
	var done quiet.Baton
	go func() {
		peers[[16]byte{15: 1}] = "localhost" // want race
		done.Pass()
	}()
	done.Await()
	_ = peers[[16]byte{}] // want race
}

// Generic mapassign: struct key with a string in it.
func TestRaceKeyStruct(t *testing.T) {
	type route struct{ method, path string }
	handlers := map[route]int{}
	var done quiet.Baton
	go func() {
		handlers[route{"GET", "/"}] = 1 // want race
		done.Pass()
	}()
	done.Await()
	_ = handlers[route{"PUT", "/"}] // want race
}

// A struct of 8 plain bytes is hashed like an integer (fast64).
func TestRaceKeySmallStruct(t *testing.T) {
	type point struct{ x, y int32 }
	grid := map[point]rune{}
	var done quiet.Baton
	go func() {
		grid[point{1, 1}] = '#' // want race
		done.Pass()
	}()
	done.Await()
	grid[point{2, 1}] = '.' // want race
}

// A key of more than 128 bytes is stored indirectly.
func TestRaceKeyLarge(t *testing.T) {
	type digest [200]byte
	blobs := map[digest]int{}
	var done quiet.Baton
	go func() {
		blobs[digest{1}] = 1 // want race
		done.Pass()
	}()
	done.Await()
	_, ok := blobs[digest{2}] // want race
	if ok {
		t.Error("blob 2 was never stored")
	}
}

// A value of more than 128 bytes is stored indirectly and rules out the fast variants.
func TestRaceValueLarge(t *testing.T) {
	type page [512]byte
	pages := map[int]page{}
	var done quiet.Baton
	go func() {
		pages[1] = page{1} // want race
		done.Pass()
	}()
	done.Await()
	_ = pages[1][0] // want race
}

// Large value with a string key, op-assign on one field of an array element.
func TestRaceValueLargeArray(t *testing.T) {
	hist := map[string][64]int{}
	var done quiet.Baton
	go func() {
		h := hist["latency"] // want race
		h[3]++
		hist["latency"] = h // want race
		done.Pass()
	}()
	done.Await()
	delete(hist, "latency") // want race
}

// A set: the value has no size.
func TestRaceValueEmptyStruct(t *testing.T) {
	set := map[string]struct{}{}
	var done quiet.Baton
	go func() {
		set["a"] = struct{}{} // want race
		done.Pass()
	}()
	done.Await()
	_, _ = set["a"] // want race
}

// NaN keys can be inserted but never found; inserting is a write all the same.
func TestRaceKeyNaN(t *testing.T) {
	zero := 0.0
	m := map[float64]int{}
	var done quiet.Baton
	go func() {
		m[zero/zero] = 1 // want race
		done.Pass()
	}()
	done.Await()
	for range m { // want race
	}
}
