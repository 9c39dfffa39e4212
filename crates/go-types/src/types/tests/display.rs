//! Types as text.

use super::*;

#[test]
fn types_are_written_as_go_types_writes_them() {
    let w = World::new(
        "type List[T any] struct { item T }
         type Map[K comparable, V any] struct{}
         type Ordered interface { ~int | ~string }",
    );
    for text in [
        "map[string][]*int",
        "[4]List[int]",
        "func()",
        "func(int, string) (bool, error)",
        "func(...int) string",
        "struct{}",
        "struct{a int; B string}",
        "struct{List[int]; *int}",
        "chan (<-chan int)",
        "chan<- chan int",
        "<-chan chan int",
        "interface{B(); Z(int) string; a()}",
        "interface{Ordered; ~int | string}",
        "Map[string, []List[any]]",
        "comparable",
    ] {
        assert_eq!(w.show(w.ty(text)), text);
    }
    assert_eq!(w.show(w.ty("struct { x, y int `a:\"b\"` }")), r#"struct{x int "a:\"b\""; y int "a:\"b\""}"#);
    assert_eq!(w.show(w.ty("interface{}")), "any");
    assert_eq!(w.show(w.ty("[]byte")), "[]uint8");
    assert_eq!(
        w.show(w.ty("interface { Read(p []byte) (n int, err error) }")),
        "interface{Read([]uint8) (int, error)}"
    );
    assert_eq!(w.show(TypeId::UNSAFE_POINTER), "unsafe.Pointer");
    assert_eq!(w.show(TypeId::UNTYPED_NIL), "untyped nil");
    assert_eq!(w.show(w.types.intern(Type::Tuple(w.tys(&["int", "error"]).into()))), "(int, error)");
}

#[test]
fn packages_and_type_parameters_are_written_before_what_needs_them() {
    let mut w = World::new(
        "type Map[K comparable, V any] struct{}
         type Self[T interface { Less(Self[T]) bool }] struct{}
         func F[A, B any, C ~[]A, D interface { M() }](A, B, C, D) Map[string, A] { panic(0) }",
    );
    w.declare(PkgId(7), "type T int");
    assert_eq!(w.show(w.ty("[]T")), "[]p7.T");
    assert_eq!(w.show(w.ty("Map")), "Map[K comparable, V any]");
    assert_eq!(w.show(w.ty("Self")), "Self[T interface{Less(Self[T]) bool}]");
    assert_eq!(w.show(w.funcs["F"]), "func[A, B any, C ~[]A, D interface{M()}](A, B, C, D) Map[string, A]");
}

#[test]
fn tags_are_quoted() {
    let w = World::new("");
    let field = Field {
        name: w.name("X"),
        pkg: PkgId::UNIVERSE,
        ty: TypeId::INT,
        embedded: false,
        tag: Some(b"a\"b\\\n\x01\xffh\xc3\xa9"[..].into()),
    };
    let t = w.types.intern(Type::Struct(Box::new([field])));
    assert_eq!(w.show(t), r#"struct{X int "a\"b\\\n\x01\xffhé"}"#);
}
