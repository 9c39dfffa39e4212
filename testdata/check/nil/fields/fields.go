// Package fields has maps in fields.
package fields

import "sync"

// never is made by nobody.
type never struct {
	mu    sync.Mutex
	items map[string]int
}

func newNever() *never { return &never{} }

func (n *never) add(key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.items[key]++ // want nil-map "n.items is nil: no code ever makes this field"
}

type inConstructor struct{ items map[string]int }

func newInConstructor() *inConstructor {
	return &inConstructor{items: make(map[string]int)}
}

func (c *inConstructor) add(key string) { c.items[key]++ }

type inMethod struct{ items map[string]int }

func (c *inMethod) init() { c.items = map[string]int{} }

func (c *inMethod) add(key string) { c.items[key]++ }

type lazy struct{ items map[string]int }

func (l *lazy) add(key string) {
	if l.items == nil {
		l.items = make(map[string]int)
	}
	l.items[key]++
}

type unkeyed struct {
	name  string
	items map[string]int
}

func newUnkeyed() unkeyed { return unkeyed{"x", map[string]int{}} }

func (u unkeyed) add(key string) { u.items[key]++ }

type setToNilOnly struct{ items map[string]int }

func newSetToNil() *setToNilOnly { return &setToNilOnly{items: nil} }

func (s *setToNilOnly) add(key string) {
	s.items[key] = 1 // want nil-map "s.items is nil: no code ever makes this field"
}

// Exported fields may be set by other packages.
type Exported struct{ Items map[string]int }

func (e *Exported) add(key string) { e.Items[key]++ }

type addressed struct{ items map[string]int }

func makeIt(m *map[string]int) { *m = map[string]int{} }

func newAddressed() *addressed {
	a := new(addressed)
	makeIt(&a.items)
	return a
}

func (a *addressed) add(key string) { a.items[key]++ }

type inner struct{ items map[string]int }

type outer struct {
	inner
	name string
}

func (o *outer) add(key string) {
	o.items[key]++ // want nil-map "o.items is nil: no code ever makes this field"
}

type guarded struct{ hooks map[string]func() }

func (g *guarded) add(name string, f func()) {
	if g.hooks != nil {
		g.hooks[name] = f
	}
}

type box[K comparable] struct{ items map[K]int }

func (b *box[K]) add(key K) {
	b.items[key]++ // want nil-map "b.items is nil: no code ever makes this field"
}

type madeBox[K comparable] struct{ items map[K]int }

func newBox[K comparable]() *madeBox[K] { return &madeBox[K]{items: map[K]int{}} }

func (b *madeBox[K]) add(key K) { b.items[key]++ }

// twin has the fields of original, and comes from it.
type original struct{ items map[string]int }

type twin original

func newTwin() *twin {
	t := twin(original{items: map[string]int{}})
	return &t
}

func (t *twin) add(key string) { t.items[key]++ }

type options map[string]string

func (o *options) set(key, value string) {
	if *o == nil {
		*o = options{}
	}
	(*o)[key] = value
}

type client struct{ opts options }

func (c *client) with(key, value string) {
	c.opts.set(key, value)
	c.opts[key] = value
}

type nested struct {
	stats struct{ hits map[string]int }
}

func (n *nested) hit(key string) {
	n.stats.hits[key]++ // want nil-map "n.stats.hits is nil: no code ever makes this field"
}

type pool struct{ parts [4]never2 }

type never2 struct{ items map[string]int }

func (p *pool) add(at int, key string) {
	p.parts[at].items[key]++ // want nil-map "no code ever makes this field"
}

type row struct{ cells map[string]int }

var rows = []row{{cells: map[string]int{}}}

func (r *row) add(key string) { r.cells[key]++ }

type column struct{ cells map[string]int }

var columns = map[string]*column{"a": {map[string]int{}}}

func (c *column) add(key string) { c.cells[key]++ }
