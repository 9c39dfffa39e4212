// Package comments: what comments say is believed.
package comments

import "sync"

type Told struct {
	mu    sync.Mutex
	items map[string]int // guarded by mu
	cold  map[string]int
}

// Add is the only one that writes, and forgets the lock.
func (t *Told) Add(k string) {
	t.items[k]++ // want unguarded-write "t.items is written without t.mu, which guards it, as its comment says"
}

// Cold is not guarded: one goroutine uses it.
func (t *Told) Cold(k string) { t.cold[k]++ }

type Protecting struct {
	// mu protects names and sizes.
	mu    sync.RWMutex
	names map[string]string
	sizes map[string]int
}

func (p *Protecting) Name(k string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.names[k]
}

func (p *Protecting) Rename(k, name string) {
	p.names[k] = name // want unguarded-write "p.names is written without p.mu"
}

type Checked struct {
	mu sync.Mutex
	// +checklocks:mu
	m map[string]int
}

func (c *Checked) Put(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[k]++
}

// +checklocks:c.mu
func (c *Checked) put(k string) { c.m[k]++ }

func (c *Checked) Twice(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(k)
	c.put(k)
}

// Single is not safe for concurrent use: it says so.
type Single struct {
	mu    sync.Mutex
	items map[string]int
}

func (s *Single) Add(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[k]++
}

func (s *Single) Drop(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, k)
}

func (s *Single) Raw(k string) { s.items[k]++ }

var (
	namesMu sync.Mutex
	// names is guarded by namesMu.
	names = map[string]int{}
)

func Name(k string) {
	names[k]++ // want unguarded-write "names is written without namesMu, which guards it"
}

// Debugged has a method that leaves the order to its caller.
type Debugged struct {
	mu    sync.Mutex
	items map[string]int
}

func (d *Debugged) Add(k string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.items[k]++
}

func (d *Debugged) Drop(k string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.items, k)
}

// String must not be called concurrent with Add or Drop.
func (d *Debugged) String() (all string) {
	for k := range d.items {
		all += k
	}
	return all
}

// Keys says nothing of that kind.
func (d *Debugged) Keys() (all []string) {
	for k := range d.items { // want unguarded-read "d.items is iterated without d.mu"
		all = append(all, k)
	}
	return all
}

// Tree has the lock of all its nodes.
type Tree struct {
	mu   sync.Mutex
	root Node
}

type Node struct {
	// children is protected by Tree.mu.
	children map[string]*Node

	mu   sync.Mutex // for data
	data []byte
}

func (t *Tree) Add(k string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.root.children[k] = &Node{}
}

func (t *Tree) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.root.children)
}

func (n *Node) Drop(k string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.children, k) // want wrong-lock "n.children is written under n.mu, not Tree.mu, which guards it, as its comment says"
}

// Queue has a lock whose comment speaks of more than what it guards.
type Queue struct {
	waitingMu sync.Mutex
	waiting   map[string]int

	// runningMu protects running. While it is held nobody adds to waiting.
	runningMu sync.Mutex
	running   bool
}

func (q *Queue) Add(k string) {
	q.runningMu.Lock()
	defer q.runningMu.Unlock()
	q.waitingMu.Lock()
	defer q.waitingMu.Unlock()
	q.waiting[k]++
}

func (q *Queue) Done(k string) {
	q.waitingMu.Lock()
	defer q.waitingMu.Unlock()
	delete(q.waiting, k)
}

// Request may be changed until it is sent.
type Request struct {
	mu   sync.Mutex
	sent bool
	form map[string]string
}

func (r *Request) Set(k, v string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.sent {
		r.form[k] = v
	}
}

func (r *Request) Unset(k string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.sent {
		delete(r.form, k)
	}
}

func (r *Request) Send() string {
	r.mu.Lock()
	r.sent = true
	r.mu.Unlock()

	// Set and Unset do nothing any more, so we can proceed without a lock.
	return r.send()
}

func (r *Request) send() string { return "POST " + r.encode() }

func (r *Request) encode() (all string) {
	for k, v := range r.form { // want unguarded-read/low "r.form is iterated without r.mu"
		all += k + v
	}
	return all
}

// Print calls show with no such comment.
func (r *Request) Print() string {
	// One call needs no lock, the other says nothing.
	if all := r.show(); all != "" {
		return all
	}
	println()
	println()

	return r.show()
}

func (r *Request) show() (all string) {
	for k, v := range r.form { // want unguarded-read "r.form is iterated without r.mu"
		all += k + v
	}
	return all
}
