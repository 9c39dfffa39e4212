package kernels

import (
	"context"
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// Where the shared map lives: the race is on the map object, whatever leads to it.

var registry = map[string]int{}

func register(name string) { registry[name] = len(name) } // want race

// Plug-in registry in a package variable.
func TestRaceGlobal(t *testing.T) {
	var done quiet.Baton
	go func() {
		register("gif")
		done.Pass()
	}()
	done.Await()
	register("png")
}

type server struct {
	name  string
	conns map[int]string
}

func (s *server) add(id int, addr string) { s.conns[id] = addr } // want race
func (s *server) lookup(id int) string    { return s.conns[id] } // want race

// Map in a struct field behind methods.
func TestRaceStructField(t *testing.T) {
	s := &server{name: "main", conns: map[int]string{}}
	var done quiet.Baton
	go func() {
		s.add(1, "10.0.0.1")
		done.Pass()
	}()
	done.Await()
	_ = s.lookup(1)
}

// Method value started with go.
func TestRaceMethodValue(t *testing.T) {
	s := &server{conns: map[int]string{}}
	add := s.add
	var done quiet.Baton
	go func(f func(int, string)) {
		f(1, "10.0.0.1")
		done.Pass()
	}(add)
	done.Await()
	add(2, "10.0.0.2")
}

// Copying a struct copies the reference, not the map.
func TestRaceShallowCopy(t *testing.T) {
	base := server{name: "base", conns: map[int]string{}}
	var done quiet.Baton
	go func(own server) {
		own.conns[1] = "10.0.0.1" // want race
		done.Pass()
	}(base)
	done.Await()
	base.conns[2] = "10.0.0.2" // want race
}

// Memoised closure that is called from two goroutines.
func TestRaceClosure(t *testing.T) {
	memo := map[int]int{}
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		if v, ok := memo[n]; ok { // want race
			return v
		}
		memo[n] = fib(n-1) + fib(n-2) // want race
		return memo[n]                // want race
	}
	var done quiet.Baton
	go func() {
		fib(10)
		done.Pass()
	}()
	done.Await()
	fib(12)
}

// The outer map is only read, the inner one is written by both.
func TestRaceInnerMap(t *testing.T) {
	perUser := map[string]map[string]int{"ann": {}}
	var done quiet.Baton
	go func() {
		perUser["ann"]["clicks"]++ // want race
		done.Pass()
	}()
	done.Await()
	perUser["ann"]["views"]++ // want race
}

// The inner map is made on demand: the outer one is written.
func TestRaceOuterMap(t *testing.T) {
	perUser := map[string]map[string]int{}
	var done quiet.Baton
	go func() {
		perUser["ann"] = map[string]int{"clicks": 1} // want race
		done.Pass()
	}()
	done.Await()
	perUser["bob"] = map[string]int{"clicks": 2} // want race
}

// Map in a slice: two workers got the same index.
func TestRaceMapInSlice(t *testing.T) {
	parts := []map[int]bool{{}, {}}
	var done quiet.Baton
	go func() {
		parts[1][10] = true // want race
		done.Pass()
	}()
	done.Await()
	parts[1][11] = true // want race
}

// Map in an array, ranged over by its holder.
func TestRaceMapInArray(t *testing.T) {
	var byDay [7]map[string]int
	for i := range byDay {
		byDay[i] = map[string]int{}
	}
	var done quiet.Baton
	go func() {
		byDay[3]["rain"] = 5 // want race
		done.Pass()
	}()
	done.Await()
	for _, day := range byDay {
		for range day { // want race
		}
	}
}

// Map behind an empty interface, as in decoded JSON.
func TestRaceMapInInterface(t *testing.T) {
	var doc any = map[string]any{"tags": map[string]any{}}
	var done quiet.Baton
	go func() {
		tags := doc.(map[string]any)["tags"].(map[string]any)
		tags["lang"] = "go" // want race
		done.Pass()
	}()
	done.Await()
	tags := doc.(map[string]any)["tags"].(map[string]any)
	_ = tags["lang"] // want race
}

// Pointer to a map.
func TestRacePointerToMap(t *testing.T) {
	opts := &map[string]bool{}
	var done quiet.Baton
	go func(p *map[string]bool) {
		(*p)["verbose"] = true // want race
		done.Pass()
	}(opts)
	done.Await()
	_ = (*opts)["verbose"] // want race
}

type stringSet map[string]struct{}

func (s stringSet) add(v string)      { s[v] = struct{}{} }        // want race
func (s stringSet) has(v string) bool { _, ok := s[v]; return ok } // want race
func (s stringSet) both(v, w string)  { s.add(v); s.add(w) }

// Named map type with methods.
func TestRaceNamedMapType(t *testing.T) {
	s := stringSet{}
	var done quiet.Baton
	go func() {
		s.both("a", "b")
		done.Pass()
	}()
	done.Await()
	_ = s.has("a")
}

type table[K comparable, V any] struct{ rows map[K]V }

func (t *table[K, V]) put(k K, v V)               { t.rows[k] = v }    // want race
func (t *table[K, V]) get(k K) (v V)              { return t.rows[k] } // want race
func newTable[K comparable, V any]() *table[K, V] { return &table[K, V]{rows: make(map[K]V)} }

// Generic container without a lock.
func TestRaceGenericContainer(t *testing.T) {
	tab := newTable[string, int]()
	var done quiet.Baton
	go func() {
		tab.put("a", 1)
		done.Pass()
	}()
	done.Await()
	_ = tab.get("a")
}

func countBy[T any, K comparable](dst map[K]int, items []T, key func(T) K) {
	for _, it := range items {
		dst[key(it)]++ // want race
	}
}

// Generic function that fills a map of the caller.
func TestRaceGenericFunction(t *testing.T) {
	byLen := map[int]int{}
	size := func(s string) int { return len(s) }
	var done quiet.Baton
	go func() {
		countBy(byLen, []string{"a", "bb"}, size)
		done.Pass()
	}()
	done.Await()
	countBy(byLen, []string{"ccc"}, size)
}

// sync.Map protects its own slots, not the plain map stored in one of them.
func TestRaceSyncMapValue(t *testing.T) {
	var users sync.Map
	touch := func(user, page string) {
		v, _ := users.LoadOrStore(user, map[string]int{})
		v.(map[string]int)[page]++ // want race
	}
	var done quiet.Baton
	go func() {
		touch("ann", "/")
		done.Pass()
	}()
	done.Await()
	touch("ann", "/about")
}

type ctxKey struct{}

// A map in a context value is shared by all goroutines that get the context.
func TestRaceContextValue(t *testing.T) {
	ctx := context.WithValue(context.Background(), ctxKey{}, map[string]string{})
	tag := func(ctx context.Context, k, v string) {
		ctx.Value(ctxKey{}).(map[string]string)[k] = v // want race
	}
	var done quiet.Baton
	go func() {
		tag(ctx, "span", "1")
		done.Pass()
	}()
	done.Await()
	tag(ctx, "user", "ann")
}

// Two names for one map: the assignment does not copy.
func TestRaceAlias(t *testing.T) {
	live := map[string]int{"a": 1}
	backup := live
	var done quiet.Baton
	go func() {
		live["a"] = 2 // want race
		done.Pass()
	}()
	done.Await()
	_ = backup["a"] // want race
}

// Map published through a plain variable instead of an atomic pointer.
func TestRacePlainPublication(t *testing.T) {
	var current quiet.Cell[map[string]int]
	var done quiet.Baton
	go func() {
		next := map[string]int{}
		next["a"] = 1 // want race
		current.Set(next)
		done.Pass()
	}()
	done.Await()
	_ = current.Get()["a"] // want race
}

// A goroutine's map is returned to the caller while the goroutine goes on filling it.
func TestRaceReturnedMap(t *testing.T) {
	var done quiet.Baton
	load := func() map[string]int {
		m := map[string]int{}
		go func() {
			m["late"] = 1 // want race
			done.Pass()
		}()
		return m
	}
	m := load()
	done.Await()
	m["early"] = 1 // want race
}
