//go:build go1.25

package kernels

import (
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// WaitGroup.Go of Go 1.25.

// WaitGroup.Go: its function is done before Wait returns.
func TestNoRaceWaitGroupGo(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{"before": 1}
	wg.Go(func() { m["inside"] = m["before"] })
	wg.Wait()
	m["after"] = 1
}

// Workers started with WaitGroup.Go are not ordered among each other.
func TestRaceWaitGroupGo(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	var first quiet.Baton
	wg.Go(func() {
		m["a"] = 1 // want race
		first.Pass()
	})
	wg.Go(func() {
		first.Await()
		m["b"] = 2 // want race
	})
	wg.Wait()
}

// The parent goes on writing after WaitGroup.Go.
func TestRaceWaitGroupGoParent(t *testing.T) {
	var wg sync.WaitGroup
	m := map[string]int{}
	var done quiet.Baton
	wg.Go(func() {
		m["child"] = 1 // want race
		done.Pass()
	})
	done.Await()
	m["parent"] = 1 // want race
	wg.Wait()
}
