package kernels

import (
	"strings"
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// What package testing orders and what it does not. Parallel subtests are
// ordered one after the other when only one may run at a time (-parallel 1, the
// default with GOMAXPROCS=1), so a race between their bodies does not exist in
// every run; the racy kernels here use goroutines that the subtests leave behind.

// Parallel subtests whose goroutines record into one map.
func TestRaceParallelSubtests(t *testing.T) {
	names := []string{"a", "b", "c"}
	seen := map[string]bool{}
	turn := make([]quiet.Baton, len(names)+1)
	turn[0].Pass()
	t.Cleanup(turn[len(names)].Await)
	for i, name := range names {
		i, name := i, name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			go func() {
				turn[i].Await()
				seen[name] = true // want race
				turn[i+1].Pass()
			}()
		})
	}
}

// A subtest leaves a goroutine behind that writes while the next one runs.
func TestRaceLeakedBySubtest(t *testing.T) {
	m := map[string]int{}
	var next, done quiet.Baton
	t.Run("leaks", func(t *testing.T) {
		go func() {
			next.Await()
			m["leaked"] = 1 // want race
			done.Pass()
		}()
	})
	t.Run("next", func(t *testing.T) {
		next.Pass()
		done.Await()
		_ = m["leaked"] // want race
	})
}

// A cleanup function reads what a goroutine of the test has written.
func TestRaceCleanupReads(t *testing.T) {
	calls := map[string]int{}
	var done quiet.Baton
	t.Cleanup(func() {
		done.Await()
		if calls["close"] != 1 { // want race
			t.Error("close was not called")
		}
	})
	go func() {
		calls["close"]++ // want race
		done.Pass()
	}()
}

// suite is what the tests of a package share.
type suite struct{ fixtures map[string]string }

// fixture is the kind of helper that every test calls.
func (s *suite) fixture(t *testing.T, name string) string {
	t.Helper()
	if _, ok := s.fixtures[name]; !ok { // want race
		s.fixtures[name] = strings.Repeat(name, 3) // want race
	}
	return s.fixtures[name] // want race
}

// Fixtures loaded on demand by a helper.
func TestRaceFixtureHelper(t *testing.T) {
	s := &suite{fixtures: map[string]string{}}
	var done quiet.Baton
	go func() {
		s.fixture(t, "user")
		done.Pass()
	}()
	done.Await()
	s.fixture(t, "order")
}

// A fake whose call log is read by the test while the code under test goes on.
func TestRaceFakeCallLog(t *testing.T) {
	calls := map[string]int{}
	fake := func(method string) { calls[method]++ } // want race
	var done quiet.Baton
	go func() {
		fake("Get")
		done.Pass()
	}()
	done.Await()
	if calls["Get"] != 1 { // want race
		t.Error("Get was not called")
	}
}

// Subtests that are not parallel run one after the other.
func TestNoRaceSubtests(t *testing.T) {
	m := map[string]int{}
	for _, name := range []string{"a", "b", "c"} {
		name := name
		t.Run(name, func(t *testing.T) { m[name]++ })
	}
	if len(m) != 3 {
		t.Error("lost a subtest")
	}
}

// Parallel subtests with a lock.
func TestNoRaceParallelLocked(t *testing.T) {
	var mu sync.Mutex
	m := map[string]int{}
	for _, name := range []string{"a", "b", "c"} {
		name := name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mu.Lock()
			defer mu.Unlock()
			m[name]++
		})
	}
}

// Parallel subtests start when the body of their parent has returned.
func TestNoRaceParallelStartsLater(t *testing.T) {
	m := map[string]int{}
	for _, name := range []string{"a", "b"} {
		name := name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_ = m[name]
		})
	}
	m["a"] = 1
	m["b"] = 2
}

// The cleanup of the parent runs after all its parallel subtests.
func TestNoRaceParallelCleanup(t *testing.T) {
	parts := map[string]map[int]int{"a": {}, "b": {}}
	t.Cleanup(func() {
		for _, part := range parts {
			clear(part)
		}
	})
	for name := range parts {
		name := name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parts[name][1] = 1
		})
	}
}

// A group of parallel subtests inside t.Run: the parent goes on when all are done.
func TestNoRaceParallelGroup(t *testing.T) {
	parts := map[string]map[int]int{"a": {}, "b": {}}
	t.Run("group", func(t *testing.T) {
		for name := range parts {
			name := name
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				parts[name][1] = 1
			})
		}
	})
	for _, part := range parts {
		part[2] = 2
	}
}
