//! Work on the packages that are checked, on all processors.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use go_types::STACK;

use crate::context::Context;
use crate::finding::Finding;
use crate::rules::{Check, Target};

/// What `work` makes of each package, in their order.
pub(crate) fn each_target<'a, T: Send>(
    check: &'a Check<'_>,
    work: impl Fn(&'a Target) -> T + Sync,
) -> Vec<T> {
    let count = check.targets.len();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(count));
    let run = || {
        let mut mine = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(target) = check.targets.get(at) else { break };
            mine.push((at, work(target)));
        }
        done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend(mine);
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(count);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            // Source may be deeply nested. Of the stack only what is used costs memory.
            if std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).is_err() {
                break;
            }
        }
    });
    let mut done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, made)| made).collect()
}

/// What `work` finds in each file that is checked, in the order of the source.
pub(crate) fn each_file<'a>(
    check: &'a Check<'_>,
    work: impl Fn(Context<'a>, u32) -> Vec<Finding> + Sync,
) -> Vec<Finding> {
    let found = each_target(check, |target| {
        let files = target.files.iter().flat_map(|&file| {
            let info = &target.package.files[file as usize];
            work(Context { program: check.program, package: &target.package, info }, file)
        });
        files.collect::<Vec<_>>()
    });
    flat(found.into_iter().flatten())
}

/// Findings in the order of the source, each once.
pub(crate) fn flat(found: impl IntoIterator<Item = Finding>) -> Vec<Finding> {
    let mut found: Vec<Finding> = found.into_iter().collect();
    found.sort_by_key(|finding| {
        (finding.place.pkg, finding.place.file, finding.place.span.start, finding.place.span.end)
    });
    found.dedup_by(|one, other| one.place == other.place && one.message == other.message);
    found
}
