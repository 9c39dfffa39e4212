// Package once: maps that are made and filled once.
package once

import "sync"

var (
	tableOnce sync.Once
	table     map[string]int
)

func fillTable() {
	table = map[string]int{}
	table["a"] = 1
	table["b"] = 2
}

// Lookup fills the table when it is first used.
func Lookup(k string) int {
	tableOnce.Do(fillTable)
	return table[k]
}

type Lazy struct {
	once sync.Once
	mu   sync.Mutex
	m    map[string]int
	n    map[string]int
}

// Get fills the map before anybody reads it.
func (l *Lazy) Get(k string) int {
	l.once.Do(func() {
		l.m = map[string]int{}
		l.m["zero"] = 0
	})
	return l.m[k]
}

// Add holds the lock for the other map; that is made without it, once.
func (l *Lazy) Add(k string) {
	l.once.Do(l.make)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n[k]++
}

func (l *Lazy) Sub(k string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n[k]--
}

func (l *Lazy) make() {
	l.n = map[string]int{}
	l.n["first"] = 1
}

var squares = sync.OnceValue(func() map[int]int {
	m := map[int]int{}
	for i := range 10 {
		m[i] = i * i
	}
	return m
})

func Square(n int) int { return squares()[n] }
