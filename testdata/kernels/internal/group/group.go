// Package group is a small stand-in for golang.org/x/sync/errgroup.
package group

import "sync"

// A Group runs functions in goroutines and keeps their first error.
type Group struct {
	wg   sync.WaitGroup
	once sync.Once
	err  error
}

// Go calls f in a new goroutine.
func (g *Group) Go(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() { g.err = err })
		}
	}()
}

// Wait blocks until every function has returned and gives the first error.
func (g *Group) Wait() error {
	g.wg.Wait()
	return g.err
}
