package main

import (
	"fmt"
	"sync"
)

type pair[K comparable] struct {
	key   K
	value uint64
}

// target is a map. Calls through it cost a nanosecond or two.
type target[K comparable] interface {
	get(key K) (uint64, bool)
	put(key K, value uint64)
	remove(key K)
	putAll(batch []pair[K]) error
	iterate(see func(key K, value uint64))
}

func newTarget[K comparable](name string) target[K] {
	switch name {
	case "go-rwmutex":
		return &locked[K]{data: map[K]uint64{}}
	case "go-putall":
		return &checked[K]{locked: locked[K]{data: map[K]uint64{}}}
	case "go-syncmap":
		return &syncMap[K]{}
	}
	panic("no map " + name)
}

// locked is a map with an RWMutex.
type locked[K comparable] struct {
	mu   sync.RWMutex
	data map[K]uint64
}

func (m *locked[K]) get(key K) (uint64, bool) {
	m.mu.RLock()
	value, ok := m.data[key]
	m.mu.RUnlock()
	return value, ok
}

func (m *locked[K]) put(key K, value uint64) {
	m.mu.Lock()
	m.data[key] = value
	m.mu.Unlock()
}

func (m *locked[K]) remove(key K) {
	m.mu.Lock()
	delete(m.data, key)
	m.mu.Unlock()
}

func (m *locked[K]) putAll(batch []pair[K]) error {
	m.mu.Lock()
	for _, p := range batch {
		m.data[p.key] = p.value
	}
	m.mu.Unlock()
	return nil
}

func (m *locked[K]) iterate(see func(key K, value uint64)) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for key, value := range m.data {
		see(key, value)
	}
}

// checked has the article's PutAll: a look at all keys, then room for them, then the write.
//
// The article's text does not compile (a map has no cap) and forgets the entries that there were when it makes the larger map:
// here room is counted and entries are copied. Its check refuses keys that are there, with which nothing could ever be
// overwritten: here that is a setting, and what is measured overwrites, with the look at each key done all the same.
type checked[K comparable] struct {
	locked[K]
	refuse bool
	room   int
}

func (m *checked[K]) putAll(batch []pair[K]) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	added := 0
	for _, p := range batch {
		if _, there := m.data[p.key]; !there {
			added++
		} else if m.refuse {
			return fmt.Errorf("key conflict: %v", p.key)
		}
	}
	if size := len(m.data) + added; size > m.room {
		m.room = size * 5 / 4
		data := make(map[K]uint64, m.room)
		for key, value := range m.data {
			data[key] = value
		}
		m.data = data
	}
	for _, p := range batch {
		m.data[p.key] = p.value
	}
	return nil
}

// syncMap gets a batch as single stores.
type syncMap[K comparable] struct{ data sync.Map }

func (m *syncMap[K]) get(key K) (uint64, bool) {
	value, ok := m.data.Load(key)
	if !ok {
		return 0, false
	}
	return value.(uint64), true
}

func (m *syncMap[K]) put(key K, value uint64) { m.data.Store(key, value) }

func (m *syncMap[K]) remove(key K) { m.data.Delete(key) }

func (m *syncMap[K]) putAll(batch []pair[K]) error {
	for _, p := range batch {
		m.data.Store(p.key, p.value)
	}
	return nil
}

func (m *syncMap[K]) iterate(see func(key K, value uint64)) {
	m.data.Range(func(key, value any) bool {
		see(key.(K), value.(uint64))
		return true
	})
}
