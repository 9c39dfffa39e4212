//! Sources that are no Go: nothing panics, nothing runs for ever.

use std::sync::Arc;

use go_syntax::{Bodies, parse};

use super::resolve;
use crate::check::STACK;
use crate::package::{Input, Program};

/// Runs `f` on the stack that the resolver asks for.
fn deep(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(f).expect("a thread");
    thread.join().expect("it does not panic");
}

#[test]
fn circles() {
    for source in [
        "type T T",
        "type A B; type B A",
        "type A = B; type B = A",
        "type A = []A",
        "type T struct { T }",
        "type T [len(x)]int; var x T",
        "type T struct { a [unsafe.Sizeof(T{})]byte }",
        "type I interface { I }",
        "type I interface { J; M() }; type J interface { I }",
        "type P[T P[T]] struct{}",
        "type P[T any] struct { f P[P[T]] }; var x P[int]; var y = x.f.f.f",
        "type P[T any] P[P[T]]; var x P[int]; var y = x.f",
        "type P[T interface{ ~[]T }] []T; var p P[int]",
        "type A[T any] = A[T]; var x A[int]",
        "const a = b; const b = a",
        "const a = iota + a",
        "var a = b; var b = a",
        "var a, b = b, a",
        "var a, b = f(); func f() (int, int) { return a, b }",
        "func f[T interface{ m() T }](x T) { f(x.m()) }",
        "func f[T any](x T) { f(&x) }",
        "func f[T any](x T) { f[[]T]([]T{x}) }",
        "type T[P any] struct { *T[P]; x P }; var t T[int]; var x = t.x",
        "type T = *T; func (T) m() {}",
        "func (T) T() {}; func (x x) y() {}; func (a.b) c() {}; func (T[int]) d() {}; type T[P any] int",
        "import . \"p\"; import p \"p\"; var x = p.p",
    ] {
        resolve(&[&format!("package p\nimport \"unsafe\"\n{}", source.replace("; ", "\n"))]);
    }
}

#[test]
fn constants_of_any_size() {
    for source in [
        "const a = 1 << 100000",
        "const a = 1 << 126 * (1 << 126)",
        "const a = -(-170141183460469231731687303715884105728)",
        "const a = (-170141183460469231731687303715884105728) / -1",
        "const a = (-170141183460469231731687303715884105728) % -1",
        "const a = 1 / 0",
        "const a = 1.0 / 0",
        "const a = 1 % 0",
        "const a = 1e999999999 * 1e-999999999",
        "const a = 1e99999999999999999999",
        "const a = 0x1p99999999999",
        "const a = 0x.p0",
        "const a = 1 >> -1",
        "const a = 1 << 1.5",
        "const a = ^uint64(1 << 70)",
        "const a = 1e-38 * 1e-38 / 3e38",
        "var a [1 << 62]int64; const b = unsafe.Sizeof(a)",
        "var a [1 << 62][1 << 62]int64; const b = unsafe.Sizeof(a)",
        "type T struct { a [1 << 62]int64; b [1 << 62]int64; c [1 << 63 - 1]byte; d int }; const b = unsafe.Offsetof(T{}.d) + unsafe.Sizeof(T{})",
        "var a = [...]int{1 << 62: 1, 2, 3}; var b = [...]int{1<<63 - 1: 1, 2}",
        "var a [-1]int; var b = [1e3]int{}; var c [1.5]int; var d [\"x\"]int",
        "const a = \"x\"[0] + \"x\"; const b = 'x' + \"x\"",
        "const a = '\\U00110000'; const b = string(-1); const c = string(1 << 40)",
        "const a = min(); const b = len(); var c = append(); var d = make(); var e = new(); var f = copy(1); var g = complex(1)",
        "const a = real(\"x\"); const b = imag(nil); const c = complex(nil, 1)",
    ] {
        resolve(&[&format!("package p\nimport \"unsafe\"\n{}", source.replace("; ", "\n"))]);
    }
}

#[test]
fn deep_nesting() {
    deep(|| {
        let many = |open: &str, middle: &str, close: &str, count: usize| {
            format!("package p\nvar x = {}{middle}{}\n", open.repeat(count), close.repeat(count))
        };
        let long = |first: &str, more: &str, count: usize| {
            format!("package p\nvar x = {first}{}\n", more.repeat(count))
        };
        let sources = [
            many("(", "1", ")", 5_000),
            many("-", "1", "", 5_000),
            many("f(", "1", ")", 5_000),
            many("[]", "int{}", "", 5_000),
            many("func() int { return ", "1", "}()", 2_000),
            many("struct{ f ", "int", "}{}", 2_000),
            many("[]any{", "1", "}", 5_000),
            long("1", " + 1", 200_000),
            long("\"a\"", " + \"a\"", 20_000),
            long("1", " << s", 100_000),
            long("x", ".f", 100_000),
            long("f", "(1)", 100_000),
            long("x", "[0]", 100_000),
            long("x", "[:]", 100_000),
            long("x", ".(T)", 100_000),
            format!("package p\nfunc f() {{ if x {{ }} {} }}\n", "else if x { } ".repeat(50_000)),
            format!("package p\ntype T interface {{ int {} }}\n", "| int".repeat(50_000)),
            format!(
                "package p\nconst x = 0\n{}",
                (0..20_000).map(|n| format!("const x{n} = x{} + 1\n", n + 1)).collect::<String>()
            ),
            format!(
                "package p\n{}",
                (0..20_000).map(|n| format!("type T{n} = []T{}\n", n + 1)).collect::<String>()
            ),
            format!(
                "package p\n{}",
                (0..20_000).map(|n| format!("type T{n} struct {{ T{} }}\n", n + 1)).collect::<String>()
                    + "var x = T0{}.f"
            ),
        ];
        for source in sources {
            resolve(&[&source]);
        }
    });
}

/// The sources of this crate's neighbours: enough of the language to break.
const SOURCES: [&str; 2] = [include_str!("sample.go"), include_str!("sample_generic.go")];

#[test]
fn mutilated_sources() {
    deep(|| {
        for source in SOURCES {
            let program = Program::new(1);
            let mut random = Random(1);
            let check = |text: Vec<u8>| {
                let files = vec![Arc::new(parse(text, Bodies::Parse))];
                let input =
                    Input { path: "p".into(), files, imports: Default::default(), bodies: true, word: 8 };
                program.resolve(Program::FIRST, input);
            };
            let bytes = source.as_bytes();
            for end in (0..bytes.len()).step_by(7) {
                check(bytes[..end].to_vec());
            }
            let words: Vec<&str> =
                source.split_inclusive([' ', '\n', '(', ')', '[', ']', '{', '}', '.', ',']).collect();
            for _ in 0..1_500 {
                let mut words = words.clone();
                for _ in 0..1 + random.below(3) {
                    let (at, other) = (random.below(words.len()), random.below(words.len()));
                    match random.below(3) {
                        0 => _ = words.remove(at),
                        1 => words.swap(at, other),
                        _ => words[at] = words[other],
                    }
                }
                check(words.concat().into_bytes());
            }
        }
    });
}

/// The same numbers each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}
