//! What selectors find.

use super::*;

impl World {
    /// What `x.name` is for an `x` of a type: a field with its path, or a method with its receiver.
    fn find(&self, t: &str, name: &str) -> String {
        self.find_from(t, name, P)
    }

    fn find_from(&self, t: &str, name: &str, pkg: PkgId) -> String {
        match self.types.lookup(self.ty(t), self.name(name), pkg) {
            Lookup::Field { ty, path, indirect } => {
                format!("field {} {path:?}{}", self.show(ty), if indirect { " indirect" } else { "" })
            }
            Lookup::Method { sig, path, indirect, .. } => {
                format!("method {} {path:?}{}", self.show(sig), if indirect { " indirect" } else { "" })
            }
            Lookup::Ambiguous => "ambiguous".into(),
            Lookup::NotFound => "nothing".into(),
        }
    }

    fn methods(&self, t: &str) -> Vec<&str> {
        let set = self.types.method_set(self.ty(t));
        let mut names: Vec<_> = set.iter().map(|method| self.types.names.text(method.name)).collect();
        names.sort_unstable();
        names
    }

    fn implements(&self, t: &str, interface: &str) -> bool {
        self.types.implements(self.ty(t), self.ty(interface))
    }
}

#[test]
fn fields_of_embedded_structs_are_the_struct_s_own() {
    let w = World::new(
        "type A struct { X int; B }
         type B struct { Y string; *C }
         type C struct { Z bool; X []int }",
    );
    assert_eq!(w.find("A", "X"), "field int [0]", "the shallower one hides C's");
    assert_eq!(w.find("A", "Y"), "field string [1, 0]");
    assert_eq!(w.find("A", "Z"), "field bool [1, 1, 0] indirect");
    assert_eq!(w.find("*A", "B"), "field B [1] indirect");
    assert_eq!(w.find("**A", "B"), "nothing");
    assert_eq!(w.find("B", "X"), "field []int [1, 1] indirect");
    assert_eq!(w.find("A", "_"), "nothing");
}

#[test]
fn two_of_one_depth_are_ambiguous() {
    let w = World::new(
        "type A struct { B; C }
         type B struct { X int; D }
         type C struct { X int; D }
         type D struct { Y int }
         type E struct { A; Y bool }
         type F struct { A; Deep }
         type Deep struct { Deeper }
         type Deeper struct { Y int }
         func (C) M() {}
         func (D) M() {}",
    );
    assert_eq!(w.find("A", "X"), "ambiguous");
    assert_eq!(w.find("A", "Y"), "ambiguous", "D is embedded twice");
    assert_eq!(w.find("A", "M"), "method func() [1]", "C's is shallower than D's");
    assert_eq!(w.find("E", "Y"), "field bool [1]");
    assert_eq!(w.find("F", "Y"), "field int [1, 0, 0]", "the one below is found before the two");
}

#[test]
fn names_that_are_not_exported_are_their_package_s() {
    let mut w = World::new("type A struct { x int }; func (A) m() {}");
    w.declare(PkgId(2), "type B struct { A; x string }; func (B) n() {}");
    assert_eq!(w.find_from("B", "x", P), "field int [0, 0]");
    assert_eq!(w.find_from("B", "x", PkgId(2)), "field string [1]");
    assert_eq!(w.find_from("B", "m", PkgId(2)), "nothing");
    assert_eq!(w.find_from("B", "m", P), "method func() [0]");
    assert_eq!(w.find_from("B", "n", P), "nothing");
}

#[test]
fn methods_of_instances_have_the_arguments_in_place() {
    let w = World::new(
        "type Map[K comparable, V any] struct { m map[K]V; next *Map[K, V] }
         func (m *Map[A, B]) Get(k A) (B, bool) { panic(0) }
         func (m Map[A, B]) Swap() *Map[B, A] { panic(0) }
         type Outer struct { Map[string, []int] }",
    );
    assert_eq!(w.find("*Map[string, int]", "Get"), "method func(string) (int, bool) [] indirect");
    assert_eq!(w.find("Map[string, int]", "Swap"), "method func() *Map[int,string] []".replace(",", ", "));
    assert_eq!(w.find("Map[string, int]", "m"), "field map[string]int [0]");
    assert_eq!(w.find("Outer", "Get"), "method func(string) ([]int, bool) [0]");
    assert_eq!(w.find("Outer", "next"), "field *Map[string, []int] [0, 1]");
}

#[test]
fn a_generic_method_has_its_own_parameters_besides() {
    let w = World::new(
        "type Box[T any] struct { v T }
         func (b Box[T]) To[U any](f func(T) U) Box[U] { panic(0) }
         func (b Box[T]) As[S ~[]T](s S) S { panic(0) }",
    );
    assert_eq!(w.find("Box[int]", "To"), "method func[U any](func(int) U) Box[U] []");
    // The constraint of S is another for each T: so is S.
    assert_eq!(w.find("Box[int]", "As"), "method func[S ~[]int](S) S []");
    assert_eq!(w.find("Box[bool]", "As"), "method func[S ~[]bool](S) S []");
    let find = || w.types.lookup(w.ty("Box[int]"), w.name("As"), P);
    assert_eq!(find(), find());
}

#[test]
fn interfaces_and_type_parameters_have_the_methods_of_their_type_set() {
    let w = World::new(
        "type Reader interface { Read([]byte) (int, error) }
         type Closer interface { Close() error }
         type Both interface { Reader; Closer }
         type File struct { Both }
         type G[P interface { Closer; ~struct { X int } }] struct { f P; p *P }",
    );
    assert_eq!(w.find("Both", "Read"), "method func([]uint8) (int, error) []");
    assert_eq!(w.find("*Both", "Read"), "nothing", "a pointer to an interface has no methods");
    assert_eq!(w.find("File", "Close"), "method func() error [0]");
    let param = w.types.named(w.origin("G")).params.get().unwrap()[0];
    let find = |t, name| w.types.lookup(t, w.name(name), P);
    assert!(matches!(find(param, "Close"), Lookup::Method { .. }));
    assert_eq!(find(param, "X"), Lookup::NotFound, "only methods");
    assert_eq!(find(w.types.pointer(param), "Close"), Lookup::NotFound);
}

#[test]
fn a_declared_pointer_has_fields_but_no_methods() {
    let w = World::new("type T struct { X int }; func (T) M() {}; type P *T; type Q *P");
    assert_eq!(w.find("P", "X"), "field int [0] indirect");
    assert_eq!(w.find("P", "M"), "nothing");
    assert_eq!(w.find("Q", "X"), "nothing");
    assert_eq!(w.find("struct { T }", "M"), "method func() [0]");
}

#[test]
fn a_value_s_methods_are_fewer_than_a_pointer_s() {
    let w = World::new(
        "type T struct{}
         func (T) A() {}
         func (*T) B() {}
         type S struct { T; error }
         type R struct { *T }
         type Ambiguous struct { S; R }
         type I interface { A(); B() }",
    );
    assert_eq!(w.methods("T"), ["A"]);
    assert_eq!(w.methods("*T"), ["A", "B"]);
    assert_eq!(w.methods("S"), ["A", "Error"]);
    assert_eq!(w.methods("*S"), ["A", "B", "Error"]);
    assert_eq!(w.methods("R"), ["A", "B"]);
    assert_eq!(w.methods("Ambiguous"), ["Error"]);
    assert_eq!(w.methods("I"), ["A", "B"]);
    assert_eq!(w.methods("*I"), [""; 0]);
    assert!(
        w.implements("*T", "I")
            && w.implements("R", "I")
            && !w.implements("T", "I")
            && !w.implements("S", "I")
    );
    let missing = w.types.missing_method(w.ty("T"), w.ty("I")).unwrap();
    assert_eq!(w.types.names.text(missing.name), "B");
}

#[test]
fn implementing_asks_for_terms_and_comparability() {
    let w = World::new(
        "type Int int
         type Number interface { ~int | float64 }
         type Small interface { Int }
         type Key interface { comparable; String() string }
         type K struct{}; func (K) String() string { return \"\" }
         type L []int; func (L) String() string { return \"\" }
         type Eq[T any] interface { Equal(T) bool }
         type E int; func (E) Equal(E) bool { panic(0) }",
    );
    assert!(
        w.implements("Int", "Number") && w.implements("float64", "Number") && w.implements("Small", "Number")
    );
    assert!(!w.implements("string", "Number") && !w.implements("Number", "Small"));
    assert!(w.implements("K", "Key") && !w.implements("L", "Key"));
    assert!(w.implements("E", "Eq[E]") && !w.implements("E", "Eq[int]"));
    assert!(
        w.implements("any", "comparable") && w.implements("struct{ x any }", "comparable"),
        "since Go 1.20"
    );
    assert!(!w.implements("struct{ f func() }", "comparable") && w.implements("[3]*int", "comparable"));
}

#[test]
fn types_that_contain_themselves_through_pointers_end() {
    let w = World::new(
        "type A struct { *B; X int }
         type B struct { *C }
         type C struct { *A; Y int }
         type List[T any] struct { *List[T]; Item T }",
    );
    assert_eq!(w.find("B", "X"), "field int [0, 0, 1] indirect");
    assert_eq!(w.find("A", "Y"), "field int [0, 0, 1] indirect");
    assert_eq!(w.find("A", "Z"), "nothing");
    assert_eq!(w.find("List[bool]", "Item"), "field bool [1]");
    assert_eq!(w.find("List[bool]", "None"), "nothing");
}
