//! Eight times the source takes about eight times the work, whatever there is eight times as much of.
//!
//! Work is the time that the thread had a processor for, the least of a few runs: what else the machine does
//! does not count. Quadratic work would be 64 times as much.

use rustc_hash::FxHashMap;
use std::fs;
use std::sync::Arc;

use go_syntax::{Bodies, parse};
use go_types::{Input, Program, STACK};
use map_rules::rules::{Check, Facts, Group, RULES, Shared, Target};

const MORE: usize = 8;
const MOST: f64 = 8.0 * 2.5;

/// Nanoseconds that this thread has had a processor for.
fn worked() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

fn work(source: &str) -> u64 {
    let once = || {
        let begun = worked();
        let tree = parse(source.as_bytes(), Bodies::Parse);
        assert!(tree.errors().is_empty(), "{:?}", tree.errors());
        let program = Program::new(1);
        let files = vec![Arc::new(tree)];
        let input = Input { path: "p".into(), files, imports: FxHashMap::default(), bodies: true, word: 8 };
        let package = program.resolve(Program::FIRST, input);
        assert!(package.notes.is_empty(), "{:?}", package.notes);
        let sites = map_rules::sites(&program, &package, 0);
        assert!(!sites.is_empty());
        let targets = vec![Target { package, files: vec![0] }];
        let check = Check { program: &program, targets, facts: Facts::default(), shared: Shared::default() };
        for rule in RULES.iter().filter(|rule| rule.group == Group::Atomicity) {
            (rule.check)(&check);
        }
        worked() - begun
    };
    // The count goes on in steps of some milliseconds.
    let some = || {
        let (mut sum, mut times) = (0, 0);
        while sum < 20_000_000 {
            sum += once();
            times += 1;
        }
        sum / times
    };
    (0..3).map(|_| some()).min().unwrap()
}

fn repeat(count: usize, f: impl Fn(usize) -> String) -> String {
    (0..count).map(f).collect()
}

/// Makes source with so many of something.
type Shape = fn(usize) -> String;

/// Go source with `n` of something. Each has a map write at least.
const SHAPES: &[(&str, Shape)] = &[
    ("functions", |n| {
        let one = |i| {
            format!("func f{i}(m map[string]int, k string) int {{ m[k]++; x := f{i}; return x(m, k) + 1 }}\n")
        };
        format!("package p\n{}", repeat(n, one))
    }),
    ("statements", |n| {
        format!(
            "package p\nfunc f(m map[int]int) {{\n{}}}\n",
            repeat(n, |i| format!("\tx{i} := {i}; m[x{i}] += 2\n"))
        )
    }),
    ("fields and methods", |n| {
        let field = |i| format!("\tf{i} map[int]int\n");
        let method = |i| format!("func (t *T) m{i}() {{ t.f{i}[{i}] = {i}; t.m{i}() }}\n");
        let literal = |i| format!("f{i}: nil, ");
        format!(
            "package p\ntype T struct {{\n{}}}\n{}var t = T{{{}}}\n",
            repeat(n, field),
            repeat(n, method),
            repeat(n, literal)
        )
    }),
    ("function literals", |n| {
        let one = |i| format!("\tgo func() {{ m[{i}] = func() int {{ m[0] = 1; return 1 }}() }}()\n");
        format!("package p\nfunc f(m map[int]int) {{\n{}}}\n", repeat(n, one))
    }),
    ("goroutines", |n| {
        let one = |i| format!("\tgo func() {{ <-c; m[{i}]++ }}()\n\tm[{i}] = <-c\n");
        format!("package p\nfunc f(m map[int]int, c chan int) {{\n{}}}\n", repeat(n, one))
    }),
    ("locks", |n| {
        let one =
            |i| format!("func (s *S) f{i}() {{ s.l.Lock(); defer s.l.Unlock(); s.f{i}(); s.m[{i}]++ }}\n");
        format!(
            "package p\ntype L struct {{ a int }}\nfunc (l *L) Lock() {{}}\nfunc (l *L) Unlock() {{}}\n\
             type S struct {{ l L; m map[int]int }}\n{}func (s *S) g() {{ {} }}\n",
            repeat(n, one),
            repeat(n, |i| format!("s.f{i}(); s.m[{i}] = 1; "))
        )
    }),
    ("many locks", |n| {
        let one = |i| format!("\ts[{i}].Lock()\n\tm[{i}]++\n");
        format!(
            "package p\ntype L struct {{ a int }}\nfunc (l *L) Lock() {{}}\nfunc (l *L) Unlock() {{}}\n\
             func f(m map[int]int, s []*L) {{\n{}}}\n",
            repeat(n, one)
        )
    }),
    ("calls in a chain", |n| {
        format!(
            "package p\ntype B struct {{ m map[int]int }}\nfunc (b *B) put(k int) *B {{ b.m[k] = k; return b }}\n\
             func f(b *B) {{\n\tb{}\n}}\n",
            repeat(n, |i| format!(".put({i})"))
        )
    }),
    ("loops in loops", |n| {
        let depth = 40;
        let one = |i| {
            format!(
                "func f{i}(m map[int]int) {{ {} m[{i}]++; go f{i}(m) {} }}\n",
                "for m[0] < 9 { ".repeat(depth),
                "}".repeat(depth)
            )
        };
        format!("package p\n{}", repeat(n / 40 + 1, one))
    }),
    ("conditions in a chain", |n| {
        format!(
            "package p\nfunc f(m map[int]int, a bool) {{\n\tif a{} {{ m[1] = 1 }}\n}}\n",
            repeat(n, |_| " && a".to_owned())
        )
    }),
    ("sums in a chain", |n| {
        format!(
            "package p\nfunc f(m map[int]int) {{\n\tm[1] = 1{}\n}}\n",
            repeat(n, |i| format!(" + {}", i % 7))
        )
    }),
    ("branches in a chain", |n| {
        format!(
            "package p\nfunc f(m map[int]int, a int) {{\n\tif a == 0 {{ m[0] = 1 }}{}\n}}\n",
            repeat(n, |i| format!(" else if a == {i} {{ m[{i}] = 1 }}"))
        )
    }),
    ("dead branches", |n| {
        format!(
            "package p\nfunc f(m map[int]int) {{\n{}}}\n",
            repeat(n, |i| format!("\tif false {{ m[{i}] = 1 }}\n"))
        )
    }),
    ("cases", |n| {
        format!(
            "package p\nfunc f(m map[int]int, a int) {{\n\tswitch a {{\n{}\t}}\n}}\n",
            repeat(n, |i| format!("\tcase {i}: m[{i}] = 1\n"))
        )
    }),
    ("literal's entries", |n| {
        format!("package p\nvar m = map[int]string{{\n{}}}\n", repeat(n, |i| format!("\t{i}: \"x\",\n")))
    }),
    ("types", |n| {
        let one = |i| {
            format!(
                "type T{i} struct {{ T{}; m map[T{}]T{i} }}\nfunc (t T{i}) put() {{ t.m[T{}{{}}] = t }}\n",
                (i + 1) % n,
                (i + 3) % n,
                (i + 3) % n
            )
            .replace(&format!("struct {{ T{};", (i + 1) % n), "struct {")
        };
        format!("package p\n{}", repeat(n, one))
    }),
    ("instances", |n| {
        let one = |i| {
            format!("type K{i} int\nfunc use{i}() {{ put[K{i}](nil, {i}); put(map[K{i}]bool{{}}, {i}) }}\n")
        };
        format!("package p\nfunc put[K comparable](m map[K]bool, k K) {{ m[k] = true }}\n{}", repeat(n, one))
    }),
    ("constants", |n| {
        format!(
            "package p\nconst (\n\tc0 = iota\n{})\nfunc f(m map[int]int) {{ m[c1] = 1 }}\n",
            repeat(n, |i| format!("\tc{}\n", i + 1))
        )
    }),
    ("blocks", |n| {
        format!(
            "package p\nfunc f(m map[int]int) {{\n{}}}\n",
            repeat(n, |i| format!("\t{{ x := {i}; m[x] = x }}\n"))
        )
    }),
];

#[test]
fn work_grows_as_the_source_does() {
    let check = || {
        let mut wrong = Vec::new();
        for &(name, shape) in SHAPES {
            let n = 250;
            let (few, many) = (work(&shape(n)), work(&shape(n * MORE)));
            let times = many as f64 / few as f64;
            if times > MOST {
                wrong.push(format!("{name}: {MORE} times the source takes {times:.1} times the work"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    };
    std::thread::Builder::new().stack_size(STACK).spawn(check).unwrap().join().unwrap();
}
