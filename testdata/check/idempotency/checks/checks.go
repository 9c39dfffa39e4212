// Package checks has checks and writes that a lock is given up between.
package checks

import "sync"

type user struct{ name string }

type registry struct {
	mu    sync.RWMutex
	users map[string]*user
	locks map[string]*sync.Mutex
	subs  map[string]chan string
	count map[string]int
}

func load(name string) *user { return &user{name} }

func (r *registry) lostUpdate(name string) {
	r.mu.Lock()
	n := r.count[name]
	r.mu.Unlock()
	r.mu.Lock()
	r.count[name] = n + 1 // want check-then-write "r.count[name] was looked at under an earlier hold of the lock"
	r.mu.Unlock()
}

func (r *registry) update(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.count[name]
	r.count[name] = n + 1
}

func (r *registry) lockFor(name string) *sync.Mutex {
	r.mu.RLock()
	l, ok := r.locks[name]
	r.mu.RUnlock()
	if !ok {
		l = &sync.Mutex{}
		r.mu.Lock()
		r.locks[name] = l // want check-then-write "what another goroutine put there in between is replaced"
		r.mu.Unlock()
	}
	return l
}

func (r *registry) lockForRight(name string) *sync.Mutex {
	r.mu.RLock()
	l, ok := r.locks[name]
	r.mu.RUnlock()
	if ok {
		return l
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if l, ok := r.locks[name]; ok {
		return l
	}
	l = &sync.Mutex{}
	r.locks[name] = l
	return l
}

func (r *registry) subscribe(topic string) chan string {
	r.mu.RLock()
	if c := r.subs[topic]; c != nil {
		r.mu.RUnlock()
		return c
	}
	r.mu.RUnlock()
	c := make(chan string)
	r.mu.Lock()
	r.subs[topic] = c // want check-then-write "is replaced while in use"
	r.mu.Unlock()
	return c
}

// What is looked up is the same whoever made it.
func (r *registry) cached(name string) *user {
	r.mu.RLock()
	u, ok := r.users[name]
	r.mu.RUnlock()
	if ok {
		return u
	}
	u = load(name)
	r.mu.Lock()
	r.users[name] = u // want check-then-write/medium "another goroutine may have written it in between"
	r.mu.Unlock()
	return u
}

// The function that is put there calls what it will have been by then: nothing is counted on.
func (r *registry) indirect(name string, funcs map[string]func() *user) func() *user {
	r.mu.RLock()
	f := funcs[name]
	r.mu.RUnlock()
	if f != nil {
		return f
	}
	r.mu.Lock()
	funcs[name] = func() *user { return f() } // want check-then-write/medium "another goroutine may have written it in between"
	r.mu.Unlock()
	f = func() *user { return load(name) }
	return f
}

// The same outside of a function is an update.
func (r *registry) wrapped(name string, funcs map[string]func() *user) {
	r.mu.RLock()
	f := funcs[name]
	r.mu.RUnlock()
	r.mu.Lock()
	funcs[name] = logged(f, func() {}) // want check-then-write "what another goroutine wrote in between is lost"
	r.mu.Unlock()
}

func logged(f func() *user, log func()) func() *user { log(); return f }

func (r *registry) oneHold(name string) *user {
	r.mu.Lock()
	defer r.mu.Unlock()
	if u, ok := r.users[name]; ok {
		return u
	}
	u := load(name)
	r.users[name] = u
	return u
}

func (r *registry) leavesEarly(name string) {
	r.mu.Lock()
	if _, ok := r.users[name]; ok {
		r.mu.Unlock()
		return
	}
	r.users[name] = load(name)
	r.mu.Unlock()
}

func (r *registry) otherKey(name, other string) {
	r.mu.RLock()
	_, ok := r.users[name]
	r.mu.RUnlock()
	if ok {
		r.mu.Lock()
		r.users[other] = load(other)
		r.mu.Unlock()
	}
}

func (r *registry) set(name string, u *user) {
	r.mu.Lock()
	r.users[name] = u
	r.mu.Unlock()
}

var (
	mu   sync.Mutex
	byID = map[int]map[string]bool{}
)

func add(id int, name string) {
	mu.Lock()
	names := byID[id]
	mu.Unlock()
	if names == nil {
		mu.Lock()
		byID[id] = map[string]bool{name: true} // want check-then-write "is replaced while in use"
		mu.Unlock()
	}
}

func (r *registry) newName(name string, pick func() string) {
	r.mu.Lock()
	_, ok := r.users[name]
	r.mu.Unlock()
	if ok {
		name = pick()
		r.mu.Lock()
		r.users[name] = load(name)
		r.mu.Unlock()
	}
}
