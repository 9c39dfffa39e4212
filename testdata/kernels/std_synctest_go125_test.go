//go:build go1.25

package kernels

import (
	"testing"
	"testing/synctest"
	"time"

	"kernels/internal/quiet"
)

// The situations of runtime/race/testdata/synctest_test.go around a map. The
// clock of a bubble is fake: sleeping costs nothing and keeps goroutines apart
// in time, but it orders nothing.

// Two goroutines that nobody waits for.
func TestRaceStdSynctestGoroutinesExit(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		m := map[int]int{}
		var first quiet.Baton
		go func() {
			m[1] = 1 // want race
			first.Pass()
		}()
		go func() {
			first.Await()
			m[2] = 2 // want race
		}()
	})
}

// synctest.Wait comes after everything that the other goroutines have done.
func TestNoRaceStdSynctestGoroutinesExit(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		m := map[int]int{}
		write := func() { m[1]++ }
		go write()
		synctest.Wait()
		go write()
	})
}

// Both write, then both receive.
func TestRaceStdSynctestGoroutinesRecv(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		m := map[int]int{}
		c := make(chan int)
		var first quiet.Baton
		go func() {
			m[1] = 1 // want race
			first.Pass()
			<-c
		}()
		go func() {
			first.Await()
			m[2] = 2 // want race
			<-c
		}()
		close(c)
	})
}

// Both are released by one close, then both write.
func TestRaceStdSynctestGoroutinesUnblocked(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		m := map[int]int{}
		c := make(chan int)
		var first quiet.Baton
		go func() {
			<-c
			m[1] = 1 // want race
			first.Pass()
		}()
		go func() {
			<-c
			first.Await()
			m[2] = 2 // want race
		}()
		close(c)
	})
}

// One sleeps for a second, the other for two.
func TestRaceStdSynctestGoroutinesSleep(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		m := map[int]int{}
		go func() {
			time.Sleep(1 * time.Second)
			m[1] = 1 // want race
			time.Sleep(2 * time.Second)
		}()
		go func() {
			time.Sleep(2 * time.Second)
			m[2] = 2 // want race
			time.Sleep(1 * time.Second)
		}()
		time.Sleep(5 * time.Second)
	})
}

// Two timers that fire one after the other.
func TestRaceStdSynctestTimers(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		m := map[int]int{}
		time.AfterFunc(1*time.Second, func() {
			m[1] = 1 // want race
		})
		time.AfterFunc(2*time.Second, func() {
			m[2] = 2 // want race
		})
		time.Sleep(5 * time.Second)
	})
}
