package kernels

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"kernels/internal/quiet"
)

// The race-free situations of runtime/race/testdata/mop_test.go around a map.
// Some of them check that an access is recorded where it happens and only if
// it happens: an operand that is not evaluated reads no map.

// A reader, then a writer, one after the other.
func TestNoRaceStdIntRWClosures(t *testing.T) {
	m := map[string]int{"x": 1}
	c := make(chan int, 1)
	go func() { c <- m["x"] }()
	<-c
	go func() {
		m["x"] = 2
		c <- 1
	}()
	<-c
}

// The init statement of a for loop writes, the goroutine it talks to counts.
func TestNoRaceStdForInit(t *testing.T) {
	m := map[string]int{}
	c, end := make(chan bool), make(chan bool)
	go func() {
		for range c {
			m["n"]++
		}
		end <- true
	}()
	i := 0
	for m["n"] = 42; i < 10; i++ {
		c <- true
	}
	close(c)
	<-end
	if m["n"] != 52 {
		t.Error("lost a step")
	}
}

// The post statement of a loop that never runs.
func TestNoRaceStdForIncr(t *testing.T) {
	m := map[string]int{}
	end := make(chan int)
	go func() {
		m["n"]++
		end <- 1
	}()
	for i := 0; i < 0; m["n"]++ {
		t.Error("no round was wanted")
	}
	<-end
}

// A case that is not taken.
func TestNoRaceStdCaseFallthrough(t *testing.T) {
	m := map[string]int{}
	end := make(chan int)
	kind := 1
	go func() {
		_ = m["x"]
		end <- 1
	}()
	switch {
	case kind == 1:
	case kind == 2:
		m["x"] = 2
	}
	<-end
}

// The argument of a go statement is read by the parent.
func TestNoRaceStdFuncArgsRW(t *testing.T) {
	m := map[string]int{"x": 1}
	c := make(chan int, 1)
	go func(x int) { c <- x }(m["x"])
	m["x"] = 2
	<-c
}

// Right operand of && after false.
func TestNoRaceStdAnd(t *testing.T) {
	m, y := map[string]int{}, 0
	end := make(chan int)
	go func() {
		m["x"] = 1
		end <- 1
	}()
	if y == 1 && m["x"] == 1 {
		t.Error("y is 0")
	}
	<-end
}

// Right operand of || after true.
func TestNoRaceStdOr(t *testing.T) {
	m, y := map[string]int{}, 0
	end := make(chan int)
	go func() {
		m["x"] = 1
		end <- 1
	}()
	if y != 0 || y == 0 || m["x"] == 1 {
		y++
	}
	<-end
}

// Two maps: the left operand decides, the right one belongs to the goroutine.
func TestNoRaceStdShortCalc(t *testing.T) {
	left, right := map[string]int{}, map[string]int{}
	end := make(chan int)
	go func() {
		right["x"] = 1
		end <- 1
	}()
	if left["x"] == 0 || right["x"] == 0 {
		left["x"]++
	}
	<-end
}

// The same with &&.
func TestNoRaceStdShortCalc2(t *testing.T) {
	left, right := map[string]int{}, map[string]int{}
	end := make(chan int)
	go func() {
		right["x"] = 1
		end <- 1
	}()
	if left["x"] == 1 && right["x"] == 0 {
		t.Error("left is empty")
	}
	<-end
}

// Goroutines that allocate, collect and end at different times.
func TestNoRaceStdHeapReallocation(t *testing.T) {
	const n = 2
	done := make(chan int, n)
	for i := 0; i < n; i++ {
		i := i
		go func() {
			<-time.After(time.Duration(i) * 500 * time.Microsecond)
			runtime.GC()
			m := make(map[int]int)
			m[i] = i
			done <- len(m)
		}()
	}
	for i := 0; i < n; i++ {
		<-done
	}
}

// The right side takes the lock and keeps it: the map is written under it.
func TestNoRaceStdFuncUnlock(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	end := make(chan int)
	go func() {
		mu.Lock()
		m["x"] = 42
		mu.Unlock()
		end <- 1
	}()
	m["x"] = func(mu *sync.Mutex) int {
		mu.Lock()
		return 43
	}(&mu)
	mu.Unlock()
	<-end
}

// The same inside the goroutine; the other side locks as usual.
func TestNoRaceStdAsFunc4(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	end := make(chan int)
	go func() {
		m["x"] = func() int {
			mu.Lock()
			return 42
		}()
		mu.Unlock()
		end <- 1
	}()
	mu.Lock()
	m["x"] = 42
	mu.Unlock()
	<-end
}

// Many tiny objects in several goroutines share blocks of memory, not maps.
func TestNoRaceStdTinyAlloc(t *testing.T) {
	const workers = 4
	done := make(chan int)
	for w := 0; w < workers; w++ {
		go func() {
			n := 0
			for i := 0; i < 1000; i++ {
				b := byte(i)
				byPointer := map[*byte]byte{}
				byPointer[&b] = b
				n += len(byPointer)
			}
			done <- n
		}()
	}
	for w := 0; w < workers; w++ {
		<-done
	}
}

// Two words of one struct, two maps: the struct is shared, the maps are not.
func TestNoRaceStdCompPtr(t *testing.T) {
	pair := struct{ a, b *map[int]int }{&map[int]int{}, &map[int]int{}}
	var done quiet.Baton
	go func() {
		(*pair.a)[1] = 1
		done.Pass()
	}()
	(*pair.b)[1] = 1
	done.Await()
	(*pair.b)[2] = 2
}
