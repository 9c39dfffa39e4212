//! Type parameters, and what stands for them.

use super::expect;

#[test]
fn a_call_makes_the_function_an_instance() {
    expect(
        r#"package p
func f[K comparable, V any](m map[K]V) K
func g() {
	_ = f(map[string]int{}) // f(map[string]int{}) -> value string / f -> value func(map[string]int) string
	_ = f[string](map[string]int{}) // f[string] -> value func(map[string]int) string / f -> value func[K comparable, V any](map[K]V) K
	_ = f[int, bool] // f[int, bool] -> value func(map[int]bool) int
}
"#,
    );
}

#[test]
fn a_generic_function_is_an_argument() {
    expect(
        r#"package p
func apply[T any](v T, f func(T))
func reverse[S ~[]E, E any](s S)
func convert[A, B any](a A, f func(A) B) B
func id[T any](x T) T { return x }
func g() {
	apply([]int{}, reverse) // reverse -> value func([]int)
	_ = convert(1, id) // id -> value func(int) int / convert(1, id) -> value int
	var h func(string) string = id // id -> value func(string) string
	var i func([]int) string = convert2[string] // convert2[string] -> value func([]int) string
	_, _ = h, i
	_ = []func(bool) bool{id} // id -> value func(bool) bool
}
func convert2[B, A any](a []A) (b B) { return }
"#,
    );
}

#[test]
fn receivers_are_instances() {
    expect(
        r#"package p
type List[T any] struct {
	next *List[T] // List[T] -> type List[T] / List -> type List[T any]
	value T
}
func (l *List[E]) Push(e E) *List[E] { // *List[E] -> type *List[T] / E -> type T
	return &List[E]{l, e} // e -> var T / l -> var *List[T]
}
func (l List[_]) Len() int { return 0 }
var x = new(List[int]).Push(1) // new(List[int]).Push -> value func(int) *List[int] / new(List[int]).Push(1) -> value *List[int]
var y = (*List[int]).Push // (*List[int]).Push -> value func(*List[int], int) *List[int]
var z = x.next.value // x.next.value -> var int
"#,
    );
}

#[test]
fn constraints_are_unions() {
    expect(
        r#"package p
type Number interface {
	~int | ~float64 // ~int -> type ~int / ~int | ~float64 -> type ~int | ~float64
}
func sum[T Number](all ...T) (t T) {
	for _, x := range all {
		t += x // t -> var T / x -> var T
	}
	return t
}
var a = sum(1, 2.5) // 1 -> const float64 / sum(1, 2.5) -> value float64
var b = sum([]int{}...) // sum -> value func(...int) int
"#,
    );
}

#[test]
fn aliases_may_have_parameters() {
    expect(
        r#"package p
type Set[T comparable] = map[T]struct{}
type Pair[A, B any] struct { a A; b B }
type Half[A any] = Pair[A, int]
var s Set[string] // Set[string] -> type map[string]struct{}
var h = Half[bool]{true, 1} // Half[bool]{true, 1} -> value Pair[bool, int]
var i = h.a // h.a -> var bool
"#,
    );
}
