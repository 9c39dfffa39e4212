// Package inventory knows how many pieces of each product are in stock.
package inventory

import "errors"

// ErrOutOfStock is returned by Take if there is nothing left to take.
var ErrOutOfStock = errors.New("out of stock")

// An Inventory holds the stock levels. One goroutine owns the map that they are
// in; the methods, which may be called by several goroutines at once, send it
// commands and wait for each to be carried out.
type Inventory struct {
	commands chan func(levels map[string]int)
}

// New returns an inventory that takes over the given levels, and starts the
// goroutine that owns them from now on. It runs until Close is called.
func New(levels map[string]int) *Inventory {
	inv := &Inventory{commands: make(chan func(map[string]int))}
	go func() {
		for command := range inv.commands {
			command(levels)
		}
	}()
	return inv
}

// Close ends the inventory's goroutine. No method may be called after it.
func (inv *Inventory) Close() { close(inv.commands) }

// do has the command carried out by the owner of the levels.
func (inv *Inventory) do(command func(levels map[string]int)) {
	done := make(chan struct{})
	inv.commands <- func(levels map[string]int) {
		command(levels)
		close(done)
	}
	<-done
}

// Level returns the number of pieces of a product in stock.
func (inv *Inventory) Level(id string) (n int) {
	inv.do(func(levels map[string]int) { n = levels[id] })
	return n
}

// Take removes one piece of a product.
func (inv *Inventory) Take(id string) (err error) {
	inv.do(func(levels map[string]int) {
		if levels[id] > 0 {
			levels[id]--
		} else {
			err = ErrOutOfStock
		}
	})
	return err
}
