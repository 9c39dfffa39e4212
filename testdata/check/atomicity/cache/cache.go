// Package cache: maps in structs with a lock of their own.
package cache

import "sync"

// Bare has a method that forgets the lock.
type Bare struct {
	mu    sync.Mutex
	items map[string]int
}

func NewBare() *Bare { return &Bare{items: map[string]int{}} }

func (c *Bare) Put(k string, v int) {
	c.mu.Lock()
	c.items[k] = v
	c.mu.Unlock()
}

func (c *Bare) Get(k string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items[k]
}

func (c *Bare) Drop(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.items, k)
}

func (c *Bare) Bump(k string) {
	c.items[k]++ // want unguarded-write "c.items is written without c.mu, which 3 of 4 accesses hold"
}

// Whole holds the lock everywhere.
type Whole struct {
	mu    sync.Mutex
	items map[string]int
}

func NewWhole() *Whole {
	w := &Whole{items: make(map[string]int)}
	w.items["first"] = 1
	return w
}

func (c *Whole) Put(k string, v int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[k] = v
}

func (c *Whole) Drop(k string) {
	c.mu.Lock()
	delete(c.items, k)
	c.mu.Unlock()
}

func (c *Whole) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for range c.items {
		n++
	}
	return n
}

// Lister is iterated without the lock.
type Lister struct {
	mu    sync.RWMutex
	items map[string]int
}

func (c *Lister) Put(k string, v int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[k] = v
}

func (c *Lister) Drop(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.items, k)
}

func (c *Lister) Get(k string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.items[k]
}

func (c *Lister) Has(k string) bool {
	_, ok := c.items[k] // want unguarded-read/medium "c.items is read without c.mu"
	return ok
}

func (c *Lister) Sum() int {
	sum := 0
	for _, v := range c.items { // want unguarded-read "c.items is iterated without c.mu"
		sum += v
	}
	return sum
}

// Snapshot hands out a copy, made under the lock.
type Snapshot struct {
	mu    sync.RWMutex
	items map[string]int
}

func (c *Snapshot) Put(k string, v int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[k] = v
}

func (c *Snapshot) Drop(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.items, k)
}

func (c *Snapshot) All() map[string]int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	all := make(map[string]int, len(c.items))
	for k, v := range c.items {
		all[k] = v
	}
	return all
}

// Drain takes the map away under the lock: afterwards it is alone with it.
func (c *Snapshot) Drain() int {
	c.mu.Lock()
	old := c.items
	c.items = map[string]int{}
	c.mu.Unlock()
	sum := 0
	for _, v := range old {
		sum += v
	}
	return sum
}

// Upgraded checks under the read lock and writes under the other.
type Upgraded struct {
	mu    sync.RWMutex
	items map[string]int
}

func (c *Upgraded) Get(k string) int {
	c.mu.RLock()
	v, ok := c.items[k]
	c.mu.RUnlock()
	if ok {
		return v
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.items[k]; ok {
		return v
	}
	c.items[k] = len(k)
	return len(k)
}

// Filled writes under the read lock.
type Filled struct {
	mu    sync.RWMutex
	items map[string]int
}

func (c *Filled) Get(k string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.items[k]
	if !ok {
		v = len(k)
		c.items[k] = v // want write-under-rlock "c.items is written while c.mu is held for reading only"
	}
	return v
}

func (c *Filled) Forget(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.items, k)
}

// Expired deletes under the read lock while it iterates.
func (c *Filled) Expired(limit int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for k, v := range c.items {
		if v < limit {
			delete(c.items, k) // want write-under-rlock "held for reading only"
		}
	}
}

var (
	tableMu sync.Mutex
	table   = map[string]int{}
)

// Register and its like use a map of the package.
func Register(k string) {
	tableMu.Lock()
	defer tableMu.Unlock()
	table[k] = len(table)
}

func Unregister(k string) {
	tableMu.Lock()
	defer tableMu.Unlock()
	delete(table, k)
}

func Lookup(k string) int {
	tableMu.Lock()
	defer tableMu.Unlock()
	return table[k]
}

func Alias(k, as string) {
	table[as] = Lookup(k) // want unguarded-write "table is written without tableMu"
}

func init() {
	table["zero"] = 0
}

// Swapped has a method that takes all of the map away, and another that replaces it.
type Swapped struct {
	mu    sync.Mutex
	items map[string]int
}

func (c *Swapped) Put(k string, v int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[k] = v
}

func (c *Swapped) Drop(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.items, k)
}

func (c *Swapped) renewLocked() { c.items = map[string]int{} }

// Close is alone with the old map: what it calls makes a new one. That is not certain enough to be shown.
func (c *Swapped) Close(f func(string)) {
	c.mu.Lock()
	items := c.items
	c.renewLocked()
	c.mu.Unlock()
	for k := range items { // want unguarded-read/low "items is iterated without c.mu"
		f(k)
	}
}

// Last says why it needs none.
func (c *Swapped) Last(f func(string)) {
	// No lock is needed here: all others have ended.
	for k := range c.items { // want unguarded-read/low "c.items is iterated without c.mu"
		f(k)
	}
}

// best keeps what was found, until everything is made anew.
type best struct {
	mu    sync.RWMutex
	views map[string]string
}

func (b *best) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.views = map[string]string{}
}

func (b *best) View(k string) string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if v, ok := b.views[k]; ok {
		return v
	}
	b.views[k] = k + "!" // want write-under-rlock "b.views is written while b.mu is held for reading only"
	return b.views[k]
}

// swept is written by one goroutine; what the lock is for is something else.
type swept struct {
	mu   sync.RWMutex
	gone map[string]int
	seen int
}

func (s *swept) reset() {
	s.gone = map[string]int{}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = 0
}

func (s *swept) Sweep(k string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.gone[k] = s.seen // want write-under-rlock/medium "s.gone is written while s.mu is held for reading only"
}
