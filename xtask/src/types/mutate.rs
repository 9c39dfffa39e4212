//! Real packages with something broken in them: nothing panics, whatever the source.

use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use go_packages::{Graph, PackageId};
use go_syntax::{Bodies, parse};
use go_types::{Input, Program, STACK};
use map_rules::Resolved;

/// Resolves each package that was named so many times, each time with another of its files broken in another way, the same in
/// each run. Gives how many times that is.
pub(super) fn mutate(graph: &Graph, resolved: &Resolved, times: usize) -> Result<usize> {
    thread::scope(|scope| {
        // Of the stack only what is used costs memory.
        let builder = thread::Builder::new().stack_size(STACK);
        let run = builder.spawn_scoped(scope, || {
            let mut random = Random(1);
            for &package in &graph.roots {
                for _ in 0..times {
                    one(graph, &resolved.program, package, &mut random);
                }
            }
        });
        run.context("no thread")?.join().map_err(|_| anyhow::anyhow!("the resolver panicked; see above"))
    })?;
    Ok(graph.roots.len() * times)
}

fn one(graph: &Graph, program: &Program, id: PackageId, random: &mut Random) {
    let package = graph.package(id);
    let broken = random.below(package.files.len());
    let files = package.files.iter().enumerate().map(|(number, file)| {
        let source = match number == broken {
            true => break_it(&file.source, random).into(),
            false => Arc::clone(&file.source),
        };
        Arc::new(parse(source, Bodies::Parse))
    });
    let files = files.collect();
    let imports = package.imports.iter();
    let imports =
        imports.filter_map(|import| Some((Box::from(&*import.path), Resolved::id(import.package?))));
    let input = Input {
        path: package.path.as_ref().into(),
        files,
        imports: imports.collect(),
        bodies: true,
        word: 8,
    };
    program.resolve(Resolved::id(id), input);
}

/// Cuts the source off, or takes words out of it, or puts them elsewhere.
fn break_it(source: &[u8], random: &mut Random) -> Vec<u8> {
    if random.below(8) == 0 {
        return source[..random.below(source.len())].to_vec();
    }
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric();
    let mut words: Vec<&[u8]> = source.split_inclusive(is_end).collect();
    for _ in 0..1 + random.below(20) {
        let (at, other) = (random.below(words.len()), random.below(words.len()));
        match random.below(3) {
            0 if words.len() > 1 => _ = words.remove(at),
            1 => words.swap(at, other),
            _ if at < words.len() && other < words.len() => words[at] = words[other],
            _ => {}
        }
    }
    words.concat()
}

/// The same numbers each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}
