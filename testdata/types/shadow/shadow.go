// Package shadow declares names again that mean something else, and types that lead back to themselves.
package shadow

import (
	"fmt"
	. "strings"
	str "strings"
)

type int string
type any interface{ M() }

const iota = 7
const (
	nil   = "nil"
	true_ = true
	x     = iota
	y
)

func len(s int) float64 { return 1 }

var a = len("x")
var b int = nil + "y"

func init() { fmt.Println(a) }
func init() { fmt.Println(b) }
func _()    {}
func _()    {}

var _, _ = 1, 2.5

func shadow(fmt string, string float64) (error bool) {
	len := func() byte { return 1 }
	if x := len(); x > 1 {
		x := "s"
		_ = x
	} else if y := x + 1; y > 2 {
		x, y := y, x
		_, _ = x, y
	} else {
		_ = x - y
	}
	for x := 0; x < 3; x++ {
		x := float64(x)
		_ = x
	}
	for x := range []uint8{1} {
		_ = x
		x := ToUpper("a")
		_ = x
	}
	switch x := x; x := interface{}(x).(type) {
	case fmtStringer:
		_ = x.String
	case bool:
		x = !x
	}
	{
		type T struct{ next *T }
		var t T
		type U struct{ T }
		_ = U{t}.next.next
		const c, d = 1 << 3, x
		const (
			e = 1
			f
		)
		_, _, _, _ = c, d, e, f
	}
	true := 0
	_ = true + 1
	goto end
end:
	switch {
	case error:
		fallthrough
	default:
		string++
	}
	func() {
		error := 1
		_ = error
	}()
	_ = str.Builder{}
	var Builder Builder
	_ = Builder.Len()
	return
}

type fmtStringer = fmt.Stringer

type (
	A1 = *B1
	B1 struct {
		a A1
		f func(A1, ...*C1) (A1, error)
		m map[K1]A1
	}
	C1 = struct{ A1 }
	K1 [2]interface{ K() K1 }
	D1 interface {
		E1
		D() D1
	}
	E1                                      interface{ E(D1) E1 }
	F1                                      func(F1) (F1, *G1[F1])
	G1[T interface{ ~func(T) (T, *G1[T]) }] struct{ t T }
	H1[T I1[T]]                             struct{ t T }
	I1[T interface{}]                       interface{ M(T, H2[T]) }
	H2[T interface{}]                       struct{ x []H2[T] }
	N1                                      struct {
		N2 `tag:"x"`
		*N3
	}
	N2 struct {
		N4
		n2 uint
	}
	N3 struct {
		N4
		n3 uint
	}
	N4 struct{ n4 uint }
	P1 *P2
	P2 struct{ p uint }
	Q1 interface {
		comparable
		~string | ~[]byte | Q2
	}
	Q2 interface{ uint8 | ~uint16 }
)

func (b *B1) self() A1 { return b.a.self() }
func (k K1) K() K1     { return k[0].K() }
func (n N2) mm() uint  { return n.n2 }
func (n *N3) pm() *N3  { return n }

var (
	b1 = new(B1).self().a.m
	k1 = K1{}[1].K()[0].K
	n1 = N1{}.n2 + N1{}.N3.n3 + N1{}.N3.n4 + N1{}.N2.n4
	n2 = N1.pm
	n3 = N1{}.pm().pm
	p1 = P1(new(P2)).p
	f1 = func(f F1) F1 { f, g := f(f); _ = g.t; return f }
	d1 = func(d D1) E1 { return d.D().E(d).E(d) }
	e1 = struct {
		D1
		*N1
	}{}
	e2     = e1.mm() + e1.D().D().E(nil_).E(e1).(D1).(interface{ n() uint }).n()
	e3     = [...]struct{ a, b byte }{{1, 2}, 4: {b: 'x'}}[4].b
	e4     = map[struct{ a [2]byte }][]func() map[bool]*N1{{[2]byte{1}}: {0: nil2}}
	e5     = (*(*N1)(nil3)).N2.N4
	e6     = func() (a, b uint8) { return }
	e7, e8 = e6()
	e9     = (N2.mm)((N2{}))
)

var nil_ D1
var nil2 func() map[bool]*N1
var nil3 *N1

func q[T Q1, S ~[]T, M ~map[T]S](t T, m M) (r T) {
	for k, v := range m {
		if k == t {
			r = v[0]
		}
		m[k] = append(v, t, k)
	}
	f := func(x T) S { return S{x, r} }
	_ = f(t)[1:2]
	var p *T = &r
	*p = t
	ch := make(chan T, 1)
	ch <- *p
	r = <-ch
	switch interface{}(r).(type) {
	case uint8, []T, M:
	}
	type pair struct {
		a, b T
		s    S
	}
	g := struct{ pair }{pair{t, r, nil4[S]()}}
	g.a, g.pair.b = g.b, g.a
	return g.s[0]
}

func nil4[T interface{}]() (t T) { return }
