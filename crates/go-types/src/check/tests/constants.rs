//! Constants: their types, which come late, and their values.

use super::expect;

#[test]
fn operands_of_constants_keep_their_types() {
    expect(
        r#"package p
var a int64 = 1 + 2 // 1 + 2 -> const int64 = 3 / 1 -> const untyped int / 2 -> const untyped int
var b float64 = -(1) // -(1) -> const float64 = -1 / 1 -> const untyped int
var c = a + 1 // 1 -> const int64 = 1
var d [2 << 3]int // 2 << 3 -> const untyped int = 16
"#,
    );
}

#[test]
fn what_is_not_constant_hands_its_type_on() {
    expect(
        r#"package p
func f(s uint) {
	var a int64 = 1 << s // 1 << s -> value int64 / 1 -> const int64
	var b int = 1.0 << s // 1.0 << s -> value int / 1.0 -> const int = 1
	c := a << 3 // 3 -> const untyped int
	_, _ = b, c
}
"#,
    );
}

#[test]
fn conditions_stay_untyped() {
    expect(
        r#"package p
func f(x int, ok bool) bool {
	if x == 0 { // x == 0 -> value untyped bool / 0 -> const int
	}
	for !(x < 1) { // !(x < 1) -> value untyped bool / x < 1 -> value untyped bool
	}
	if ok && x > 0 { // ok && x > 0 -> value bool / x > 0 -> value bool
	}
	switch {
	case x == 1: // x == 1 -> value bool
	}
	return x != 2 // x != 2 -> value bool
}
"#,
    );
}

#[test]
fn strings_that_are_taken_apart_stay_untyped() {
    expect(
        r#"package p
const hex = "0123456789abcdef"
func f(i int, b []byte) {
	_ = hex[i] // hex[i] -> value uint8 / hex -> const untyped string
	_ = hex[1:] // hex[1:] -> value string / hex -> const untyped string
	_ = len("abc") // len("abc") -> const int = 3 / "abc" -> const untyped string
	_ = append(b, "abc"...) // "abc" -> const untyped string
	copy(b, "abc") // "abc" -> const untyped string
	for range "abc" { // "abc" -> const untyped string
	}
	var s string = "abc" // "abc" -> const string
	_ = s
}
"#,
    );
}

#[test]
fn conversions_leave_their_argument_as_it_is() {
    expect(
        r#"package p
import "unsafe"
var a = float32(0.1) // 0.1 -> const float32 = about 0.1 / float32(0.1) -> const float32 = 0.10000000149011612
var b float32 = 0.1 // 0.1 -> const float32 = 0.10000000149011612
var c = string(65) // 65 -> const untyped int = 65 / string(65) -> const string = "A"
var d = []byte("x") // "x" -> const string / []byte("x") -> value []uint8
var e = any(1) // 1 -> const int / any(1) -> value any
var f = unsafe.Pointer(^uintptr(0)) // unsafe.Pointer(^uintptr(0)) -> value unsafe.Pointer / ^uintptr(0) -> const uintptr = 18446744073709551615
func g[T ~int | ~int8]() {
	_ = T(5) // 5 -> const int / T(5) -> value T
}
"#,
    );
}

#[test]
fn values_are_exact_until_they_are_typed() {
    expect(
        r#"package p
const daysPerYear = 365.2425
const year = int64(daysPerYear * 24 * 60 * 60 * 1e9) // int64(daysPerYear * 24 * 60 * 60 * 1e9) -> const int64 = 31556952000000000
const small = 1 + 1.0/(1<<53) // 1 + 1.0/(1<<53) -> const untyped float = about 1
const same = small == 1 // small == 1 -> const untyped bool = true
const third = 1.0/3*3 // 1.0/3*3 -> const untyped float = 1
const rounded float64 = 1.0/3 // 1.0/3 -> const float64 = 0.3333333333333333
const more = rounded * 3 // rounded * 3 -> const float64 = 1
const big = 1 << 126 >> 120 // 1 << 126 >> 120 -> const untyped int = 64
const hex = 0x1p-2 // 0x1p-2 -> const untyped float = 0.25
const real = 3 + 0i // 3 + 0i -> const untyped complex = 3
"#,
    );
}

#[test]
fn lengths_are_constant_if_nothing_is_called() {
    expect(
        r#"package p
import "unsafe"
var a [3]int
var p *[4]int
func f() [5]int
func g[T any](c chan *[6]int, x [2]T) {
	_ = len(a) // len(a) -> const int = 3
	_ = cap(p) // cap(p) -> const int = 4
	_ = len(f()) // len(f()) -> value int
	_ = len(<-c) // len(<-c) -> value int
	_ = len([2]int{1, int(2)}) // len([2]int{1, int(2)}) -> const int = 2
	_ = len([1]int{len(f())}) // len([1]int{len(f())}) -> value int
	_ = len([1]func(){func() { f() }}) // len([1]func(){func() { f() }}) -> const int = 1
	_ = unsafe.Sizeof(a) // unsafe.Sizeof(a) -> const uintptr = 24
	_ = unsafe.Sizeof(x) // unsafe.Sizeof(x) -> value uintptr
}
"#,
    );
}

#[test]
fn the_smallest_and_the_largest() {
    expect(
        r#"package p
func f(x float64) {
	_ = min(1, 2.5, 3) // min(1, 2.5, 3) -> const float64 = 1
	_ = max("a", "b") // max("a", "b") -> const string = "b"
	_ = max(x, 2) // max(x, 2) -> value float64 / 2 -> const float64
	_ = complex(1, 0) // complex(1, 0) -> const complex128 = 1
	_ = real(complex(x, 1)) // 1 -> const float64 / real(complex(x, 1)) -> value float64
}
"#,
    );
}

#[test]
fn each_line_has_its_iota() {
    expect(
        r#"package p
type T uint8
const (
	a T = 1 << iota
	b
	c
)
const d = a | b | c // a | b | c -> const T = 7
var e = [...]string{c: "c"} // [...]string{c: "c"} -> value [5]string
"#,
    );
}
