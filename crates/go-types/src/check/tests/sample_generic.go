package p

type Ordered interface {
	~int | ~int64 | ~float64 | ~string
}

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

type Tree[K Ordered, V any] struct {
	root  *node[K, V]
	cmp   func(K, K) int
	alias Entry[K]
}

type node[K Ordered, V any] struct {
	Pair[K, V]
	left, right *node[K, V]
}

type Entry[K comparable] = Pair[K, []K]

type Seq[T any] func(yield func(T) bool)

type Number interface{ int | float64 }

func (t *Tree[K, V]) Get(key K) (value V, ok bool) {
	for n := t.root; n != nil; {
		switch c := t.cmp(key, n.Key); {
		case c < 0:
			n = n.left
		case c > 0:
			n = n.right
		default:
			return n.Value, true
		}
	}
	return
}

func (t *Tree[K, V]) All() Seq[Pair[K, V]] {
	var walk func(n *node[K, V], yield func(Pair[K, V]) bool) bool
	walk = func(n *node[K, V], yield func(Pair[K, V]) bool) bool {
		return n == nil || walk(n.left, yield) && yield(n.Pair) && walk(n.right, yield)
	}
	return func(yield func(Pair[K, V]) bool) { walk(t.root, yield) }
}

func (t *Tree[K, V]) Map[W any](f func(V) W) *Tree[K, W] {
	return &Tree[K, W]{cmp: t.cmp}
}

func Map[S ~[]A, A, B any](s S, f func(A) B) []B {
	out := make([]B, 0, len(s))
	for _, a := range s {
		out = append(out, f(a))
	}
	return out
}

func Sum[T Number](all ...T) (t T) {
	for _, x := range all {
		t += x
	}
	return
}

func Keys[M ~map[K]V, K Ordered, V any](m M) []K {
	var keys []K
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

func id[T any](x T) T { return x }

func use() {
	t := &Tree[string, int]{cmp: func(a, b string) int { return len(a) - len(b) }}
	v, _ := t.Get("x")
	for p := range t.All() {
		v += p.Value
	}
	_ = Map([]int{1, v}, func(i int) string { return t.root.left.Key })
	_ = Map(Keys(map[string]bool{}), id)
	_ = Sum(1, 2.5) + Sum[float64]()
	var f func(int) int = id
	e := Entry[int]{1, []int{f(2)}}
	_, _ = e.Key, t.Map(func(int) bool { return true }).root.Value
	_ = (*Tree[string, int]).Get
}
