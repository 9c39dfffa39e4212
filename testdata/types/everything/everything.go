// Package everything has one of each: of types, constants, expressions, statements and ways to be generic. cargo xtask types
// compares what mapguard makes of it with what go/types does.
package everything

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
	"sync"
	"unsafe"
)

type B bool
type I8 int8
type Fn func(...int) (int, error)
type Str string
type Bytes []byte
type Arr [4]int
type PArr *[4]int
type Ch chan int
type M map[string][]int
type Rec struct {
	*Rec
	*sync.Mutex
	fmt.Stringer
	inner
	F Fn
}
type inner struct{ a, b int }

func (inner) Val() int   { return 0 }
func (*inner) Ptr() *int { return nil }

type Num interface {
	~int | ~int8 | ~uint | ~float64
}
type Text interface{ ~string | ~[]byte }
type List[T any] []T
type Tree[K cmp.Ordered, V any] struct {
	l, r *Tree[K, V]
	k    K
	v    V
	List[V]
}

func (t *Tree[K, V]) Put(k K, v V) *Tree[K, V] { return &Tree[K, V]{k: k, v: v} }
func (l List[T]) Each(f func(int, T)) {
	for i, x := range l {
		f(i, x)
	}
}

type Opt[T any] func(*T)
type Getter[T any] interface {
	Get() T
	~*Box[T]
}
type Box[T any] struct{ x T }

func (b *Box[T]) Get() T            { return b.x }
func Use[T any, G Getter[T]](g G) T { return g.Get() }
func Ptr[T any, PT interface {
	*T
	Set(string)
}](s string) T {
	var t T
	PT(&t).Set(s)
	return t
}

type Setter struct{ s string }

func (s *Setter) Set(x string) { s.s = x }

func Map[S ~[]E, E, R any](s S, f func(E) R) (r []R) {
	for _, e := range s {
		r = append(r, f(e))
	}
	return
}
func Fold[E, A any](s []E, a A, f func(A, E) A) A { return a }
func Chain[T any](fs ...func(T) T) func(T) T      { return fs[0] }
func Compose[A, B, C any](f func(A) B, g func(B) C) func(A) C {
	return func(a A) C { return g(f(a)) }
}
func Zero[T any]() (z T)                               { return }
func Index[T ~[]byte | ~string](t T, i int) byte       { return t[i] }
func Slice[T ~[]byte | ~string](t T, i int) T          { return t[i:] }
func Len[T ~[]int | ~[4]int | ~map[int]int](t T) int   { return len(t) }
func AppendTo[T ~[]byte](t T, s string) T              { return append(t, s...) }
func Recv[C ~chan E | ~<-chan E, E any](c C) (E, bool) { x, ok := <-c; return x, ok }
func Call[F ~func(A) R, A, R any](f F, a A) R          { return f(a) }
func Conv[T, U Num](t T) U                             { return U(t) }
func MapOf[M ~map[K]V, K comparable, V any](m M, k K) V {
	v, _ := m[k]
	m[k] = v
	delete(m, k)
	return m[k]
}
func Shift[T ~uint8 | ~uint16](x T, s uint) T          { return x<<s | 1<<s | T(1)<<3 }
func Add[T Num](a T) T                                 { return a + 1 - 2*a/3 }
func Cmp[T comparable](a, b T) bool                    { return a == b }
func IsNil[T ~*int | ~[]int](t T) bool                 { return t == nil }
func Deref[P ~*E, E any](p P) E                        { return *p }
func Make[S ~[]E, E any](n int) S                      { return make(S, n, n*2) }
func Lit[S ~[]int]() S                                 { return S{1, 2, 3} }
func Fields[T interface{ ~struct{ a, b int } }](t T) T { return T{a: 1} }
func RangeF[F ~func(func(int, string) bool)](f F) {
	for i, s := range f {
		_, _ = i, s
	}
}

const (
	c0    = iota
	c1 B  = iota == 1
	c2    = "x" + "y"
	c3    = len(c2) << 2
	c4    = 'a' + 1.0
	c5    = c4 / 2
	c6    = 1 << 3.0
	c7    = -5 % 3
	c8    = ^0
	c9    = 5.0 / 2
	d0    = uint8(255)
	d1    = ^d0
	d2    = 0x1p4
	d3    = 1i * 1i
	d4    = complex(1, 2)
	d5    = real(d4)
	d6    = unsafe.Sizeof(Rec{})
	d7    = unsafe.Offsetof(Rec{}.inner)
	d8    = max(1, 2.5, 'a')
	d9    = 'a' < 98 && c2 == "xy"
	e0    = float32(1) / 3
	e1 I8 = 1 << 6
	e2    = string(rune(65)) + "b"
	e3    = len([10]int{})
	e4    = cap([...]string{5: "x"})
)

var (
	v0, v1          = <-make(chan Str)
	v2     B        = v1 == true
	v3              = map[Str]*inner{"a": {1, 2}, c2: nil}
	v4              = [...]*[2]inner{{{1, 2}, {}}, 3: {}}
	v5              = []List[int]{{1}, {2, 3}}
	v6              = struct{ inner }{inner{1, 2}}.Val
	v7              = (*inner).Ptr
	v8              = inner.Val
	v9              = interface{ Val() int }.Val
	w0              = Rec.Lock
	w1              = (*Rec).Ptr
	w2              = func(x ...int) int { return len(x) }
	w3     Fn       = func(i ...int) (int, error) { return 0, nil }
	w4              = Map([]int{1}, func(i int) string { return fmt.Sprint(i) })
	w5              = Fold([]string{}, 0, func(a int, s string) int { return a + len(s) })
	w6              = Compose(func(i int) string { return "" }, func(s string) []byte { return []byte(s) })
	w7              = Use(&Box[string]{})
	w8              = Ptr[Setter]("x")
	w9              = Chain(Add[int], Add)
	x0              = Call(func(s string) int { return 0 }, "x")
	x1              = Conv[int, float64](3)
	x2              = MapOf(M{}, "x")
	x3              = Deref(new(int))
	x4              = Make[Arr2](3)
	x5              = (&Tree[string, int]{}).Put("a", 1).Each
	x6     Opt[Rec] = func(r *Rec) { r.a = 1 }
	x7              = Index("abc", 1) + Slice(Bytes("x"), 0)[0]
	x8              = slices.SortedFunc(maps.Keys(map[string]int{}), cmp.Compare)
	x9              = slices.IndexFunc([]Str{}, func(s Str) bool { return s == "x" })
	y0              = errors.Join(nil, fmt.Errorf("x"))
	y1, y2          = Recv(make(Ch))
	y3              = [3]func(int) int{Add, Add[int]}
	y4              = append([]byte("a"), "b"...)
	y5              = append([]any{}, 1, "x", nil, c4, e0)
	y6              = *(*[4]byte)(unsafe.Pointer(&v2))
	y7              = unsafe.Slice(&y6[0], c3)
	y8              = ([]int)(nil)
	y9              = (<-chan int)(make(chan int))
	z0              = [...]int{c0: 1, 'b' - 'a': 2}
	z1              = new(5)
	z2              = min(3, len(y4))
	z3              = any(c4).(fmt.Stringer)
	z4              = Fields(struct{ a, b int }{1, 2})
	z5              = Arr([]int{1, 2, 3, 4})
	z6              = Zero[func(int) func() error]()(1)
	z7              = -c9 + +c5
	z8              = (func())(nil) == nil
	z9              = sort.SliceIsSorted
)

type Arr2 []int

func stmts(n int, s uint, p PArr, r *Rec, f float64, e error) (res B, err error) {
	var i8 int8 = 1 << s
	var u = uint64(1<<s) + 1<<s
	n += 1 << s
	n <<= 2
	n++
	f *= 2
	var g float32 = float32(int(1) << (s & 3))
	_ = g == 1<<3
	_, _ = i8, u
	for i := range p {
		p[i] = i
	}
	for i, x := range p[1:] {
		_, _ = i, x
	}
	for i := range 10 {
		_ = i
	}
	for i := range uint8(3) {
		_ = i
	}
	const big = 1 << 3
	for i := range big {
		_ = i
	}
	for range 5 {
	}
	for i, c := range "aé" {
		_, _ = i, c
	}
	for x := range Seq(3) {
		_ = x
	}
	for k, v := range maps.All(map[string]int{}) {
		_, _ = k, v
	}
	for range func(func() bool) {} {
	}
	var b B
	_, b = v3["a"]
	_, b = any(n).(int)
	res = b && n > 0 || !(f < 2)
	res = n == 3
	switch x := any(n).(type) {
	case int, string:
		_ = x
	case nil:
		_ = x
	case func(int) error:
		_ = x(1)
	case *Tree[string, B]:
		_ = x.Put
	case error:
		_ = x.Error
	}
	switch n {
	case 1, c3, 'a':
	}
	switch {
	case n > 1, bool(b):
	}
	switch f := f; f {
	case 1, 2.5:
	}
	switch any(1) {
	case 1, "x", nil:
	}
	switch e {
	case nil:
	}
	select {
	case v, ok := <-make(Ch):
		_, _ = v, ok
	case make(Ch) <- 1:
	case x := <-make(chan List[B]):
		_ = x.Each
	}
	r.Rec.Rec.a, r.b = 1, n
	r.Ptr()
	r.Rec.Mutex.Lock()
	defer r.Unlock()
	go func(x int) { _ = x }(n)
	_, _ = r.F(1, 2)
	_, _ = r.F([]int{}...)
	type local[T any] struct{ x T }
	l := local[B]{true}
	l.x = !l.x
	_ = [2]local[int]{{1}, {x: 2}}
	_ = map[local[int]]string{{1}: "a"}
	_ = []map[string][]int{{"a": {1, 2: 3}}}
	if x, ok := any(l).(interface{ M(int) }); ok {
		x.M(1)
	} else if y := n; y > 0 {
	}
	_ = p[1:2:3]
	_ = (*p)[0] + len(p) + cap(p[:])
	_ = "abc"[n] + c2[1]
	copy(make([]byte, n), "x")
	copy(y4, c2)
	clear(v3)
	print(1, 'a', 2.5, "x", nil == e, 1<<s)
	panic(c4)
label:
	for {
		break label
	}
	return 1 < 2, errors.New("")
}

func Seq(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}
func multi() (int, string, error)        { return 0, "", nil }
func take(int, string, error, ...any)    {}
func gen[A, B, C any](A, B, C) (C, B, A) { panic(0) }
func variadic[T any](x T, rest ...T) []T { return rest }
func _() {
	take(multi())
	a, b, c := gen(multi())
	_, _, _ = a, b, c
	_ = variadic(1, 2.5, 'a')
	_ = variadic[any](1, "x")
	_ = variadic(e1, 2)
	var f func(float64, ...float64) []float64 = variadic
	_ = f
	var h func([]int, func(int) string) []string = Map
	_ = h
	_ = Map[List[int], int, string]
}

type Meth struct{}

func (Meth) Gen[T any, U ~[]T](u U) T { return u[0] }

var gm = Meth{}.Gen([]string{"x"})
var gx = Meth{}.Gen[int, List[int]]
var gy = (*Meth).Gen[string, []string]

type Self[T any] interface{ Less(T) bool }
type SInt int

func (s SInt) Less(o SInt) bool { return s < o }
func MinOf[T Self[T]](a, b T) T {
	if a.Less(b) {
		return a
	}
	return b
}

var sm = MinOf(SInt(1), 2)

type Alias[T any] = Tree[string, T]
type Alias2 = Alias[int]

var al Alias2
var am = al.l.Put("x", 1).r.v
var an = Alias[B]{v: true}
var ao = new(Alias2).List.Each

type E1 struct{ E2 }
type E2 struct{ *E3 }
type E3 struct {
	name string
	Get  func() int
}

func (E3) Name() string { return "" }

var ea = E1{}.Name()
var eb = E1{}.name + E1.Name(E1{})
var ec = (&E1{}).Get()
var ed = E1{E2: E2{E3: nil}}
