// Package generics: the same with type parameters.
package generics

import "sync"

type Map[K comparable, V any] struct {
	mu sync.RWMutex
	m  map[K]V
}

func New[K comparable, V any]() *Map[K, V] { return &Map[K, V]{m: map[K]V{}} }

func (m *Map[K, V]) Put(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.m[k] = v
}

func (m *Map[K, V]) Drop(k K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.m, k)
}

func (m *Map[K, V]) Get(k K) (V, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	v, ok := m.m[k]
	return v, ok
}

func (m *Map[K, V]) GetOrPut(k K, make func() V) V {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if v, ok := m.m[k]; ok {
		return v
	}
	v := make()
	m.m[k] = v // want write-under-rlock "m.m is written while m.mu is held for reading only"
	return v
}

func (m *Map[K, V]) Swap(k K, v V) {
	m.m[k] = v // want unguarded-write "m.m is written without m.mu"
}

// Filled is an instance that is used here only.
func Filled(keys []string) *Map[string, int] {
	m := New[string, int]()
	for i, k := range keys {
		m.m[k] = i
	}
	return m
}

// update runs a function under a lock, of any kind.
func update[L sync.Locker](l L, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}

func (m *Map[K, V]) Update(k K, f func(V) V) {
	update(&m.mu, func() { m.m[k] = f(m.m[k]) })
}
