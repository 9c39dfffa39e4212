// Package sharded: many maps, each with its lock; maps of maps.
package sharded

import "sync"

type shard struct {
	mu sync.Mutex
	m  map[int]int
}

type Map struct {
	shards [8]shard
	far    []*shard
}

func (m *Map) Put(k, v int) {
	s := &m.shards[k%8]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k] = v
}

func (m *Map) Direct(k, v int) {
	m.shards[k%8].mu.Lock()
	m.shards[k%8].m[k] = v
	m.shards[k%8].mu.Unlock()
}

func (m *Map) pick(k int) *shard { return m.far[k%len(m.far)] }

func (m *Map) Far(k, v int) {
	s := m.pick(k)
	s.mu.Lock()
	s.m[k] = v
	s.mu.Unlock()
}

func (m *Map) Clear() {
	for _, s := range m.far {
		s.mu.Lock()
		clear(s.m)
		s.mu.Unlock()
	}
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		s.m = map[int]int{}
		s.mu.Unlock()
	}
}

func (m *Map) Lost(k int) {
	s := m.pick(k)
	delete(s.m, k) // want unguarded-write "s.mu"
}

// Nested has maps in a map.
type Nested struct {
	mu    sync.Mutex
	users map[string]map[string]int
}

func (n *Nested) Hit(user, page string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	pages, ok := n.users[user]
	if !ok {
		pages = map[string]int{}
		n.users[user] = pages
	}
	pages[page]++
}

func (n *Nested) Clear(user string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.users, user)
}

func (n *Nested) Move(from, to string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.users[to][from]++
	n.users[from][to]--
}

func (n *Nested) Touch(user, page string) {
	n.users[user][page] = 0 // want unguarded-write "n.users[user] is written without" unguarded-read/medium "n.users is read without n.mu"
}
