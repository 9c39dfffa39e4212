// Package subtests: maps that tests share.
package subtests

import (
	"sync"
	"testing"
)

func Parallel(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen[name] = true // want go-capture "seen is written without a lock by subtests that run in parallel"
		})
	}
}

func Serial(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) { seen[name] = true })
	}
	if !seen["a"] {
		t.Error("a was not run")
	}
}

func Guarded(t *testing.T) {
	seen := map[string]bool{}
	var mu sync.Mutex
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mu.Lock()
			defer mu.Unlock()
			seen[name] = true
		})
	}
}

func Bench(b *testing.B) {
	m := map[int]int{}
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			m[i] = i // want go-capture "m is written"
		}
	})
}
