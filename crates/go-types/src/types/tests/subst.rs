//! Substitution and instances.

use super::*;

#[test]
fn arguments_go_wherever_the_parameter_is() {
    let w = World::new(
        "type Pair[A, B any] struct { a A; b B }
         func F[P, Q any](
             *P, []P, [3]P, map[P]Q, chan<- P, struct { x P; Q int }, func(P, ...Q) P, interface { M(P) }, Pair[P, []Q],
             Pair[int, int], error) {}",
    );
    let sig = w.sig("F");
    let args = w.tys(&["string", "[]bool"]);
    let shown: Vec<_> =
        sig.params.iter().map(|&param| w.show(w.types.subst(param, &sig.type_params, &args))).collect();
    let expected = [
        "*string",
        "[]string",
        "[3]string",
        "map[string][]bool",
        "chan<- string",
        "struct{x string; Q int}",
        "func(string, ...[]bool) string",
        "interface{M(string)}",
        "Pair[string, [][]bool]",
        "Pair[int, int]",
        "error",
    ];
    assert_eq!(shown, expected);
    for &param in &sig.params {
        assert_eq!(w.types.subst(param, &sig.type_params, &sig.type_params), param);
        assert_eq!(w.types.subst(param, &[], &[]), param);
    }
    // All at once: what is put in is not looked at again.
    let swapped = [sig.type_params[1], sig.type_params[0]];
    assert_eq!(w.show(w.types.subst(sig.params[3], &sig.type_params, &swapped)), "map[Q]P");
}

#[test]
fn equal_arguments_are_the_same_instance() {
    let w = World::new("type List[T any] struct { next *List[T]; item T }; type Ints = List[int]");
    let made = w.types.instantiate(w.origin("List"), &[TypeId::INT]);
    assert_eq!(made, w.ty("Ints"));
    assert_eq!(w.show(w.types.underlying(made)), "struct{next *List[int]; item int}");
    assert_eq!(w.types.underlying(made), w.types.underlying(made));
    let wrong = w.types.instantiate(w.origin("List"), &[TypeId::INT, TypeId::INT]);
    assert_eq!(w.types.underlying(wrong), TypeId::INVALID);
}

#[test]
fn a_function_with_arguments_is_not_generic() {
    let w = World::new("func Map[S ~[]E, E, R any](s S, f func(E) R) []R { panic(0) }");
    let made = w.types.instantiate_signature(w.funcs["Map"], &w.tys(&["[]int", "int", "string"]));
    assert_eq!(w.show(made), "func([]int, func(int) string) []string");
    let partly = w.types.instantiate_signature(w.funcs["Map"], &w.tys(&["[]int", "int"]));
    assert_eq!(w.show(partly), "func([]int, func(int) invalid type) []invalid type");
}

#[test]
fn threads_agree_on_what_is_made() {
    let w = World::new(
        "type Box[T any] struct { v T }
         func (b Box[T]) As[S ~[]T](s S) S { panic(0) }
         type I[T any] interface { M(T) I[[]T]; comparable }",
    );
    let make = || {
        let mut all = Vec::new();
        for text in ["Box[map[string]int]", "Box[*[4]bool]", "I[Box[int]]", "I[func(int) (string, error)]"] {
            let t = w.ty(text);
            all.extend([t, w.types.underlying(t)]);
            all.extend(w.types.method_set(t).iter().map(|method| method.sig));
        }
        for method in w.types.method_set(w.ty("Box[string]")) {
            let Type::Func(sig) = w.types.get(method.sig) else { unreachable!() };
            let args = w.tys(&["[]string"]);
            all.extend(w.types.infer(&sig.type_params, &[], &sig.params, &args).unwrap());
        }
        all
    };
    let made = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(made.iter().all(|one| *one == made[0]));
}
