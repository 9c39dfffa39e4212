//! Type sets and core types.

use super::*;

impl World {
    /// A constraint's terms.
    fn terms(&self, t: &str) -> Option<Vec<String>> {
        let set = self.types.type_set(self.ty(t));
        let show = |term: &Term| format!("{}{}", if term.tilde { "~" } else { "" }, self.show(term.ty));
        set.terms.as_ref().map(|terms| terms.iter().map(show).collect())
    }

    fn core(&self, t: &str) -> String {
        self.show(self.types.core_type(self.ty(t)))
    }
}

#[test]
fn embedded_elements_are_intersected() {
    let w = World::new(
        "type MyInt int
         type Signed interface { ~int | ~int8 | ~int16 }
         type Unsigned interface { ~uint | ~uint8 }
         type Integer interface { Signed | Unsigned }
         type Two interface { A(); B() }
         type One interface { A(); Two; error }",
    );
    assert_eq!(w.terms("any"), None);
    assert_eq!(w.terms("Integer").unwrap(), ["~int", "~int8", "~int16", "~uint", "~uint8"]);
    assert_eq!(w.terms("interface { Integer; int | uint8 | string }").unwrap(), ["int", "uint8"]);
    assert_eq!(w.terms("interface { Integer; MyInt }").unwrap(), ["MyInt"]);
    assert_eq!(w.terms("interface { Signed; Unsigned }").unwrap(), [""; 0]);
    assert_eq!(w.terms("interface { int | ~int | MyInt }").unwrap(), ["~int"]);
    assert_eq!(w.terms("interface { Integer | any }"), None);
    assert_eq!(w.terms("interface { ~MyInt | string }").unwrap(), ["string"], "nothing has MyInt underneath");
    let one = w.types.type_set(w.ty("One"));
    let mut names: Vec<_> = one.methods.iter().map(|method| w.types.names.text(method.name)).collect();
    names.sort_unstable();
    assert_eq!(names, ["A", "B", "Error"]);
    assert!(w.types.type_set(w.ty("interface { comparable; A() }")).comparable);
}

#[test]
fn one_underlying_type_is_the_core_type() {
    let w = World::new("type Ints []int; type Reader interface { Read() }");
    assert_eq!(w.core("Ints"), "[]int");
    assert_eq!(w.core("interface { ~[]int | Ints }"), "[]int");
    assert_eq!(w.core("interface { ~[]int | []string }"), "invalid type");
    assert_eq!(w.core("Reader"), "invalid type");
    assert_eq!(w.core("interface { chan int | <-chan int }"), "<-chan int");
    assert_eq!(w.core("interface { ~chan<- int | chan int }"), "chan<- int");
    assert_eq!(w.core("interface { chan<- int | <-chan int }"), "invalid type");
    assert_eq!(w.core("interface { chan int | <-chan bool }"), "invalid type");
    assert_eq!(w.core("interface { []byte | string }"), "invalid type");
    assert_eq!(w.types.core_string(w.ty("interface { ~[]byte | string }")), TypeId::STRING);
    assert_eq!(w.types.core_string(w.ty("[]byte")), w.ty("[]byte"));
    assert_eq!(w.types.core_string(w.ty("interface { []byte | []int }")), TypeId::INVALID);
}

#[test]
fn maps_are_found_under_names_and_constraints() {
    let w = World::new(
        "type M map[string]int
         type G[K comparable] map[K][]K
         func F[A ~map[string]bool, B M | map[string]int, C map[int]int | map[int]bool, D map[int]int | []int]() {}",
    );
    let map = |t: TypeId| w.types.as_map(t).map(|(key, value)| (w.show(key), w.show(value)));
    let pair = |key: &str, value: &str| Some((key.into(), value.into()));
    assert_eq!(map(w.ty("M")), pair("string", "int"));
    assert_eq!(map(w.ty("G[bool]")), pair("bool", "[]bool"));
    assert_eq!(map(w.ty("*M")), None);
    let params = &w.sig("F").type_params;
    assert_eq!(map(params[0]), pair("string", "bool"));
    assert_eq!(map(params[1]), pair("string", "int"));
    assert_eq!(map(params[2]), pair("int", "invalid type"));
    assert_eq!(map(params[3]), None);
}

#[test]
fn predeclared_types_are_found_under_names_and_constraints() {
    let w = World::new("type Int int; type Number interface { ~int | ~uint8 }; func F[P Number, Q any]() {}");
    assert_eq!(w.types.as_basic(w.ty("Int")), Some(Basic::Int));
    assert_eq!(w.types.as_basic(w.ty("[]int")), None);
    let params = &w.sig("F").type_params;
    assert_eq!(w.types.as_basic(params[0]), None);
    assert!(w.types.all_basic(params[0], Basic::is_integer));
    assert!(!w.types.all_basic(params[0], Basic::is_unsigned));
    assert!(!w.types.all_basic(params[1], |_| true));
    assert!(w.types.all_basic(w.ty("Int"), Basic::is_integer));
}

#[test]
fn identical_interfaces_may_be_spelled_differently() {
    let w = World::new(
        "type R interface { Read() }
         type C interface { Close() }
         type T1 interface { M() interface { T1 } }
         type T2 interface { M() interface { T2 } }
         func A[P any, Q ~[]P](P, Q) {}
         func B[S any, T ~[]S](S, T) {}
         func D[S any, T ~[]S](T, S) {}",
    );
    let same = |x: &str, y: &str| w.types.identical(w.ty(x), w.ty(y));
    assert!(same("interface { R; C }", "interface { Read(); Close() }"));
    assert!(same("map[string]interface { R }", "map[string]interface { Read() }"));
    assert!(same("any", "interface { any }"));
    assert!(!same("interface { R }", "R"), "R is declared");
    assert!(!same("interface { R }", "interface { C }"));
    assert!(same("interface { int | string }", "interface { string | int }"));
    assert!(same("interface { T1 }", "interface { T2 }"));
    assert!(w.types.identical(w.funcs["A"], w.funcs["B"]));
    assert!(!w.types.identical(w.funcs["A"], w.funcs["D"]));
}

#[test]
fn what_is_not_resolved_yet_is_not_remembered() {
    let types = Types::default();
    let names = &types.names;
    let obj = ObjRef { pkg: P, index: 0 };
    let id = types.declare(names.intern("I"), P, obj);
    let named = types.intern(Type::Named(id));
    let embeds = Box::new([named]);
    let outer = types.intern(Type::Interface(Interface { embeds, ..Interface::default() }));
    let param = types.declare_param(names.intern("P"), 0);
    assert_eq!(types.type_set(outer).methods.len(), 0);
    assert_eq!(types.lookup(param, names.intern("M"), P), Lookup::NotFound);
    assert_eq!(types.underlying(named), TypeId::INVALID);
    let Type::Param(param_id) = types.get(param) else { unreachable!() };
    types.param(*param_id).constraint.set(outer).unwrap();
    let sig = types.intern(Type::Func(Signature::default()));
    let methods = Box::new([InterfaceMethod { name: names.intern("M"), pkg: PkgId::UNIVERSE, sig }]);
    let body = types.intern(Type::Interface(Interface { methods, ..Interface::default() }));
    types.named(id).underlying.set(body).unwrap();
    assert_eq!(types.type_set(outer).methods.len(), 1);
    assert!(matches!(types.lookup(param, names.intern("M"), P), Lookup::Method { .. }));
    assert_eq!(types.underlying(named), body);
}
