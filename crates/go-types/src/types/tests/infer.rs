//! Type arguments that the program leaves out.

use super::*;

impl World {
    /// The arguments that are inferred for a call of a function.
    fn infer(&self, func: &str, explicit: &[&str], args: &[TypeId]) -> String {
        let sig = self.sig(func);
        let found = self.types.infer(&sig.type_params, &self.tys(explicit), &sig.params, args);
        match found {
            Some(found) => found.iter().map(|&t| self.show(t)).collect::<Vec<_>>().join(", "),
            None => "none".into(),
        }
    }

    fn call(&self, func: &str, args: &[&str]) -> String {
        self.infer(func, &[], &self.tys(args))
    }
}

#[test]
fn arguments_say_what_parameters_are() {
    let w = World::new(
        "type List[T any] struct { item T }
         type Ints []int
         type IntList struct { List[int] }
         func One[T any](T) {}
         func Two[T any](T, T) {}
         func Slice[E any]([]E) {}
         func Map[K comparable, V any](map[K]V) {}
         func Apply[A, B any](func(A) B, A) {}
         func Lists[T any](*List[T]) {}
         func Chans[T any](<-chan T) {}
         func None[T any]() {}",
    );
    assert_eq!(w.call("One", &["[]string"]), "[]string");
    assert_eq!(w.call("Two", &["int", "int"]), "int");
    assert_eq!(w.call("Two", &["int", "string"]), "none");
    assert_eq!(w.call("Two", &["[]int", "Ints"]), "Ints", "the declared type wins");
    assert_eq!(w.call("Two", &["Ints", "[]int"]), "Ints");
    assert_eq!(w.call("Two", &["chan int", "<-chan int"]), "<-chan int", "the restricted channel wins");
    assert_eq!(w.call("Two", &["error", "int"]), "none", "either could be meant");
    assert_eq!(w.call("Slice", &["Ints"]), "int", "underneath");
    assert_eq!(w.call("Slice", &["int"]), "none");
    assert_eq!(w.call("Map", &["map[string][]int"]), "string, []int");
    assert_eq!(w.call("Apply", &["func(int) string", "int"]), "int, string");
    assert_eq!(w.call("Lists", &["*List[bool]"]), "bool");
    assert_eq!(w.call("Lists", &["*IntList"]), "none");
    assert_eq!(w.call("Chans", &["chan int"]), "int");
    assert_eq!(w.call("None", &[]), "none");
    assert_eq!(w.infer("None", &["int"], &[]), "int");
}

#[test]
fn constants_take_their_default_type_if_nothing_else_says_so() {
    let w = World::new("func Two[T any](T, T) {}; func F[P, Q any](P, Q) {}");
    let (int, rune, float) = (TypeId::UNTYPED_INT, TypeId::UNTYPED_RUNE, TypeId::UNTYPED_FLOAT);
    assert_eq!(w.infer("Two", &[], &[int, int]), "int");
    assert_eq!(w.infer("Two", &[], &[int, float]), "float64", "the larger kind");
    assert_eq!(w.infer("Two", &[], &[rune, int]), "int32");
    assert_eq!(w.infer("Two", &[], &[TypeId::UNTYPED_COMPLEX, float]), "complex128");
    assert_eq!(w.infer("Two", &[], &[int, TypeId::FLOAT32]), "float32", "a type is a type");
    assert_eq!(w.infer("Two", &[], &[int, TypeId::UNTYPED_STRING]), "none");
    assert_eq!(w.infer("F", &[], &[TypeId::UNTYPED_BOOL, TypeId::UNTYPED_STRING]), "bool, string");
    assert_eq!(w.infer("F", &["int8"], &[int, int]), "int8, int");
    assert_eq!(w.infer("F", &[], &[int, TypeId::UNTYPED_NIL]), "none");
}

#[test]
fn constraints_say_the_rest() {
    let w = World::new(
        "type Point []float64
         type Setter[B any] interface { *B; Set(string) }
         type Settable int; func (*Settable) Set(string) {}
         type Iter[T any] interface { Next() (T, bool) }
         type Lines struct{}; func (Lines) Next() (string, bool) { panic(0) }
         func Scale[S ~[]E, E any](S, E) S { panic(0) }
         func FromStrings[T any, PT Setter[T]]([]string) []T { panic(0) }
         func Dedup[M ~map[K]V, K comparable, V any](M) {}
         func Collect[I Iter[T], T any](I) []T { panic(0) }
         func Chain[A any, B ~[]C, C ~*A](A) {}
         func Only[T int](...T) {}
         func Tilde[T ~int]() {}",
    );
    assert_eq!(w.infer("Scale", &[], &[w.ty("Point"), TypeId::UNTYPED_INT]), "Point, float64");
    assert_eq!(w.infer("FromStrings", &["Settable"], &[w.ty("[]string")]), "Settable, *Settable");
    assert_eq!(w.call("Dedup", &["map[string]bool"]), "map[string]bool, string, bool");
    assert_eq!(w.call("Collect", &["Lines"]), "Lines, string", "through a method");
    assert_eq!(w.call("Collect", &["Point"]), "none");
    assert_eq!(w.call("Chain", &["int"]), "none", "with ~ it need not be that very type");
    assert_eq!(w.call("Only", &[]), "int");
    assert_eq!(w.call("Tilde", &[]), "none");
}

#[test]
fn generic_functions_may_be_arguments() {
    let w = World::new(
        "func Map[A, B any]([]A, func(A) B) []B { panic(0) }
         func ID[T any](T) T { panic(0) }
         func Len[S ~[]E, E any](S) int { panic(0) }
         func Compose[A, B, C any](func(A) B, func(B) C, A) {}
         func Both[F any](F) {}",
    );
    assert_eq!(w.infer("Map", &[], &[w.ty("[]string"), w.funcs["ID"]]), "string, string");
    assert_eq!(w.infer("Map", &[], &[w.ty("[][]bool"), w.funcs["Len"]]), "[]bool, int");
    assert_eq!(w.infer("Compose", &[], &[w.funcs["ID"], w.funcs["ID"], TypeId::INT]), "int, int, int");
    assert_eq!(w.infer("Both", &[], &[w.funcs["ID"]]), "none");
    // The other way round: a generic function is assigned to a variable.
    let id = w.sig("ID");
    let target = w.ty("func(string) string");
    let plain = w.types.instantiate_signature(w.funcs["ID"], &id.type_params);
    assert_eq!(w.types.infer(&id.type_params, &[], &[plain], &[target]), Some(vec![TypeId::STRING]));
}

#[test]
fn a_function_may_call_itself_with_its_own_parameters() {
    let w = World::new(
        "func Sort[S ~[]E, E any](S, func(E, E) bool) {}
         func Flip[A, B any](A, B) {}",
    );
    let sort = w.sig("Sort");
    let found = w.types.infer(&sort.type_params, &[], &sort.params, &sort.params).unwrap();
    assert_eq!(found, *sort.type_params);
    let flip = w.sig("Flip");
    let swapped = [flip.type_params[1], flip.type_params[0]];
    assert_eq!(w.types.infer(&flip.type_params, &[], &flip.params, &swapped).unwrap(), swapped);
    let slice = w.types.slice(flip.type_params[0]);
    let found = w.types.infer(&flip.type_params, &[], &flip.params, &[slice, slice]).unwrap();
    assert_eq!(found, [slice, slice], "A is []A of the caller, which is no circle");
}

#[test]
fn interfaces_fit_what_implements_them() {
    let w = World::new(
        "type Getter[T any] interface { Get() T }
         type Box struct{}; func (Box) Get() int { panic(0) }
         type Wide interface { Get() string; Put(string) }
         func F[T any](Getter[T]) {}
         func G[T any](func(Getter[T])) {}",
    );
    assert_eq!(w.call("F", &["Box"]), "int");
    assert_eq!(w.call("F", &["Wide"]), "string");
    assert_eq!(w.call("F", &["Getter[bool]"]), "bool");
    assert_eq!(w.call("F", &["int"]), "none");
    assert_eq!(w.call("G", &["func(Getter[int])"]), "int");
    assert_eq!(w.call("G", &["func(Box)"]), "none");
}

#[test]
fn something_is_better_than_nothing() {
    let w = World::new("func F[A, B, C any](A, []B, C) {}");
    let sig = w.sig("F");
    let args = [TypeId::INT, TypeId::STRING, TypeId::INVALID];
    assert_eq!(w.types.infer(&sig.type_params, &[], &sig.params, &args), None);
    let found = w.types.infer_partial(&sig.type_params, &[], &sig.params, &args);
    assert_eq!(found, [Some(TypeId::INT), None, None]);
    let args = [w.ty("func() Unknown"), w.ty("[]int"), TypeId::BOOL];
    let found = w.types.infer(&sig.type_params, &[], &sig.params, &args).unwrap();
    assert_eq!(w.show(found[0]), "func() invalid type");
    let unified = w.types.unify(&sig.type_params, sig.params[1], w.ty("[]int")).unwrap();
    assert_eq!(unified, [None, Some(TypeId::INT), None]);
}
