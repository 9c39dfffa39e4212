//! Declarations that no compiler accepts: nothing panics, and all ends.

use super::*;

/// Asks all there is to ask of a type.
fn ask_everything(w: &World, t: TypeId, other: TypeId) {
    let types = &w.types;
    let name = w.name("f");
    types.lookup(t, name, P);
    types.lookup(types.pointer(t), w.name("Missing"), P);
    types.method_set(t);
    types.method_set(types.pointer(t));
    types.type_set(t);
    types.core_type(t);
    types.core_string(t);
    types.as_map(t);
    types.as_basic(t);
    types.all_basic(t, |_| true);
    types.deref(t);
    types.is_comparable(t);
    types.identical(t, other);
    types.implements(t, other);
    types.implements(other, t);
    types.unify(&[], t, other);
    let params: Vec<_> = [t, other].into_iter().filter(|&t| types.is_type_param(t)).collect();
    types.infer(&params, &[], &[t, other], &[other, t]);
    types.infer_partial(&params, &[], &[types.slice(t)], &[types.slice(other)]);
    w.show(t);
    w.show(types.underlying(t));
}

fn ask_all(w: &World) {
    let all: Vec<_> = w.scope.values().chain(w.funcs.values()).copied().collect();
    for &t in &all {
        let args = [TypeId::INT];
        let made = w.types.origin(t).map(|origin| w.types.instantiate(origin, &args)).unwrap_or(t);
        for &other in &all {
            ask_everything(w, t, other);
            ask_everything(w, made, other);
        }
    }
}

#[test]
fn declarations_in_circles_are_invalid() {
    let w = World::new(
        "type T T
         type A B; type B A
         type S struct { S; f int }
         type X struct { Y }; type Y struct { X }
         type G[P any] G[P]
         type H[P any] H[[]P]
         type Q[P any] P
         type N [3]N
         type Ptr *Ptr
         type Chan chan Chan
         type Slice []Slice",
    );
    for name in ["T", "A", "G[int]", "H[int]"] {
        assert_eq!(w.types.underlying(w.ty(name)), TypeId::INVALID, "{name}");
    }
    ask_all(&w);
}

#[test]
fn interfaces_in_circles_end() {
    let w = World::new(
        "type I interface { I; M() }
         type J interface { K; A() }; type K interface { J; B() }
         type U interface { U | int }
         type V interface { W | int }; type W interface { V | string }
         type C interface { comparable; struct { C } }
         type L interface { struct { f interface { L } } | struct { f interface { L; M() } } }
         type E[P any] interface { E[[]P]; M(P) }
         type M1 interface { M() interface { M1 } }
         type M2 interface { M() interface { M2 } }
         type M3[P any] interface { M() interface { M3[[]P] } }
         type M4[P any] interface { M() interface { M4[*P] } }
         type R[P interface { M() R[P] }] struct { f P }
         func F[A ~[]B, B ~[]A](A) {}
         func G[A interface { ~[]A }](A) {}
         func H[A interface { M(A) }, B interface { M(A) B }](B) {}",
    );
    let methods = |t: &str| w.types.type_set(w.ty(t)).methods.len();
    assert_eq!((methods("I"), methods("J"), methods("K")), (1, 2, 2));
    ask_all(&w);
}

#[test]
fn types_that_grow_for_ever_end() {
    let w = World::new(
        "type T[P any] struct { *T[[]P]; f P }
         type D[P any] struct { *D[[]P]; E *D[*P]; Wide[P] }
         type Wide[P any] struct { *D[chan P]; f *Wide[Pair[P, P]] }
         type Pair[A, B any] struct { *Pair[Pair[A, B], Pair[B, A]]; b *Pair[[]A, B] }
         type Loop[P any] struct { f *Loop[*P] }
         func F[P any, Q interface { *Pair[P, Q] }](P, Q) {}",
    );
    ask_all(&w);
    let mut t = TypeId::INT;
    for _ in 0..1000 {
        t = w.types.instantiate(w.origin("Pair"), &[t, t]);
    }
    assert_eq!(
        w.types.instantiate(w.origin("Pair"), &[t, t]),
        w.types.instantiate(w.origin("Pair"), &[t, t])
    );
    let mut big = TypeId::INT;
    for _ in 0..60 {
        big = w.types.instantiate(w.origin("Pair"), &[big, big]);
    }
    assert!(w.show(big).len() < 100_000, "2^60 words are not written");
    ask_everything(&w, big, w.types.pointer(big));
}

#[test]
fn long_chains_end() {
    let mut text = String::new();
    for number in 0..400 {
        let next = (number + 1) % 400;
        text +=
            &format!("type S{number} struct {{ *S{next}; f int }}\ntype I{number} interface {{ I{next} }}\n");
        text += &format!("type N{number} N{next}\n");
    }
    let w = World::new(&text);
    for name in ["S0", "I0", "N0", "S150", "I399"] {
        ask_everything(&w, w.ty(name), w.ty("I7"));
    }
}

#[test]
fn types_nested_as_deep_as_can_be_fit_on_the_stack() {
    let w = World::new("func F[P, Q any](P, Q) {}");
    let params = &w.sig("F").type_params;
    // Each level is a function in an interface; 100 is the limit.
    let nest = |mut t: TypeId| {
        for _ in 0..50 {
            let sig = w.types.intern(Type::Func(Signature { params: Box::new([t]), ..Signature::default() }));
            let methods = Box::new([InterfaceMethod { name: w.name("M"), pkg: PkgId::UNIVERSE, sig }]);
            let embeds = Box::new([w.types.any()]);
            t = w.types.intern(Type::Interface(Interface { methods, embeds, comparable: false }));
        }
        assert!(!t.is_invalid() && w.types.slice(t).is_invalid());
        t
    };
    let (x, y) = (nest(params[0]), nest(params[1]));
    assert!(x != y && !w.types.identical(x, y));
    ask_everything(&w, x, y);
    assert_eq!(w.types.subst(x, params, &[params[1], params[0]]), y);
    w.types.infer(params, &[], &[x], &[nest(TypeId::INT)]);
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    /// A type's text, of a few levels.
    fn text(&mut self, depth: usize, names: &[&str]) -> String {
        if depth == 0 || self.roll(4) == 0 {
            return names[self.roll(names.len())].into();
        }
        let mut part = || self.text(depth - 1, names);
        let (a, b) = (part(), part());
        match self.roll(15) {
            0 => format!("*{a}"),
            1 => format!("[]{a}"),
            2 => format!("[2]{a}"),
            3 => format!("map[{a}]{b}"),
            4 => format!("chan {a}"),
            5 => format!("<-chan {a}"),
            6 => format!("func({a}, ...{b}) {a}"),
            7 => format!("struct {{ f {a}; G {b} }}"),
            8 => format!("struct {{ G0; *G1; X {a} }}"),
            9 => format!("interface {{ f({a}) {b}; G2 }}"),
            10 => format!("interface {{ ~[]{a} | {b} }}"),
            11 => format!("interface {{ comparable; {a} }}"),
            12 => format!("G3[{a}]"),
            13 => format!("G4[{a}, {b}]"),
            _ => format!("G3[G4[{a}, {b}]]"),
        }
    }
}

#[test]
fn random_declarations_do_no_harm() {
    let names = ["int", "string", "error", "any", "G0", "G1", "G2", "G3[int]", "float64", "unknown"];
    let inside = ["int", "string", "P", "Q", "G0", "G3[P]", "G4[Q, P]", "G2", "any", "comparable"];
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..100 {
        let mut text = String::new();
        for (number, params) in ["", "", "", "[P any]", "[P, Q any]"].iter().enumerate() {
            let names = if params.is_empty() { &names[..] } else { &inside[..] };
            text += &format!("type G{number}{params} {}\n", dice.text(3, names));
        }
        text += &format!("func (G0) f({}) {{}}\n", dice.text(2, &names));
        text += "func (*G3[P]) X(P) {}\nfunc (G3[P]) f[Q interface { m(P, Q) }](Q) P {}\n";
        let (a, b) = (dice.text(2, &inside), dice.text(2, &inside));
        text += &format!("func F[P {a}, Q interface {{ {b} }}](p {a}, q {b}) {{}}\n");
        let w = World::new(&text);
        let sig = w.sig("F").clone();
        let mut all: Vec<_> = (0..12).filter_map(|_| w.try_type(&dice.text(3, &names))).collect();
        all.extend(sig.params.iter().chain(&sig.type_params).copied());
        for &t in &all {
            let other = all[dice.roll(all.len())];
            ask_everything(&w, t, other);
            assert_eq!(w.types.subst(t, &sig.type_params, &sig.type_params), t);
            let args = [other, t];
            let made = w.types.subst(t, &sig.type_params, &args);
            ask_everything(&w, made, other);
            assert_eq!(w.types.subst(t, &sig.type_params, &args), made);
            w.types.infer(&sig.type_params, &[], &sig.params, &args);
        }
    }
}
