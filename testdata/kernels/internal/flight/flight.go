// Package flight is a small stand-in for golang.org/x/sync/singleflight.
package flight

import "sync"

// A Group merges calls that ask for the same key at the same time.
type Group struct {
	mu    sync.Mutex
	calls map[string]*call
}

type call struct {
	wg   sync.WaitGroup
	val  any
	dups int
}

// Do runs fn, or waits for the run of it that is under way for the same key,
// and returns its result. All callers get the same value.
func (g *Group) Do(key string, fn func() any) any {
	g.mu.Lock()
	if c, ok := g.calls[key]; ok {
		c.dups++
		g.mu.Unlock()
		c.wg.Wait()
		return c.val
	}
	c := new(call)
	c.wg.Add(1)
	if g.calls == nil {
		g.calls = make(map[string]*call)
	}
	g.calls[key] = c
	g.mu.Unlock()

	c.val = fn()
	g.mu.Lock()
	delete(g.calls, key)
	g.mu.Unlock()
	c.wg.Done()
	return c.val
}

// Waiting says how many callers wait for the run under way for key.
func (g *Group) Waiting(key string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c, ok := g.calls[key]; ok {
		return c.dups
	}
	return 0
}
