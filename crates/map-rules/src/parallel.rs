//! Work on the packages that are checked, on all processors.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use go_types::STACK;

use crate::rules::{Check, Target};

/// What `work` makes of each package, in their order.
pub(crate) fn each_target<T: Send>(check: &Check<'_>, work: impl Fn(&Target) -> T + Sync) -> Vec<T> {
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
