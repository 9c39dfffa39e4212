//! What is declared, in whichever order.

use super::{expect, expect_last, resolve, type_of};

#[test]
fn a_type_may_lead_back_to_itself() {
    expect(
        r#"package p
type Alias = inner
type Handler struct { f func(*Alias) } // func(*Alias) -> type func(*inner)
type inner struct { h Handler }
var x Handler
var y = x.f // x.f -> var func(*inner)
type T []T
var t = T{T{}, {}} // T{} -> value T / {} -> value T
type Node struct { next *Node; all map[string]Node }
var n = Node{}.all["x"].next.next // Node{}.all["x"].next.next -> var *Node / Node{}.all["x"] -> element Node
type F func(F) F
var f = F(nil)(nil) // F(nil)(nil) -> value F
type I interface { M(I) I }
var i = I(nil).M(nil) // I(nil).M -> value func(I) I
"#,
    );
}

#[test]
fn fields_of_embedded_structs_in_literals() {
    expect(
        r#"package p
type inner struct { name string }
type outer struct { inner; n []int }
var x = outer{name: "x", n: []int{1}} // outer{name: "x", n: []int{1}} -> value outer / "x" -> const string
"#,
    );
}

#[test]
fn imports_by_any_name() {
    let lib = "package lib\nconst C = 7\ntype T struct{ F, g int }\nfunc (T) M() T\n";
    expect_last(&[
        lib,
        r#"package p
import "lib"
import other "lib"
import . "lib"
import _ "lib"
var a = lib.C // lib.C -> const int = 7
var b = other.T{F: 1}.M() // other.T{F: 1}.M -> value func() lib.T
var c = C + T{}.F // C -> const int / T{}.F -> value int
"#,
    ]);
}

#[test]
fn what_is_missing_is_invalid_and_no_more() {
    let (program, package) =
        resolve(&["package p\nimport \"gone\"\nvar a = gone.F(b)\nvar b = c\nvar d int = b\n"]);
    // That the package is gone its loader tells.
    assert_eq!(package.notes.len(), 1);
    let shown = |name| program.types.display(type_of(&program, &package, name), &|_| String::new());
    assert_eq!(
        (shown("a").as_str(), shown("b").as_str(), shown("d").as_str()),
        ("invalid type", "invalid type", "int")
    );
}

#[test]
fn two_values_at_once() {
    expect(
        r#"package p
func f(m map[string]int, c chan bool, x any) {
	v, ok := m["a"] // m["a"] -> element (int, bool)
	w, ok := <-c // <-c -> value, ok (bool, bool)
	n, ok := x.(int) // x.(int) -> value, ok (int, bool)
	_, _, _, _ = v, w, n, ok
	type Bool bool
	var there Bool
	v, there = m["c"] // m["c"] -> element (int, Bool)
	_ = m["b"] // m["b"] -> element int
	switch y := x.(type) {
	case int:
		_ = y // y -> var int
	case string, bool:
		_ = y // y -> var any
	case nil:
		_ = y // y -> var any
	}
}
"#,
    );
}
