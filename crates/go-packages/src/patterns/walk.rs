//! Goes through the folders below one.

use std::path::{Path, PathBuf};

use crate::disk::{Disk, Listing};

/// What to do with the folders below another one.
#[derive(PartialEq, Eq)]
pub(crate) enum Below {
    /// Go through them.
    Walk,
    /// Leave them out.
    Skip,
}

/// Calls `visit` with `top` and all folders below it that may hold packages: with the path from `top`, the folder,
/// and what is in it. Those that begin with `.` or `_`, and `testdata`, are passed over; so are those that are a
/// module of their own if `stop_at_modules` is set. `enter` says for each folder but the first whether to look at it at all.
pub(crate) fn walk(
    disk: &Disk<'_>,
    top: &Path,
    stop_at_modules: bool,
    enter: impl Fn(&str) -> bool,
    mut visit: impl FnMut(&str, &Path, Listing) -> Below,
) {
    let mut todo: Vec<(String, PathBuf)> = vec![(String::new(), top.to_owned())];
    while let Some((path, dir)) = todo.pop() {
        let Ok(mut listing) = disk.list(&dir) else { continue };
        let first = path.is_empty();
        if stop_at_modules {
            disk.know_go_mod(&dir, listing.go_mod);
            if listing.go_mod && !first {
                continue;
            }
        }
        let folders = std::mem::take(&mut listing.folders);
        if visit(&path, &dir, listing) == Below::Skip {
            continue;
        }
        // The first is to be on top.
        for name in folders.into_iter().rev() {
            if name.starts_with(['.', '_']) || name == "testdata" {
                continue;
            }
            let below = if first { name.clone() } else { format!("{path}/{name}") };
            if enter(&below) {
                todo.push((below, dir.join(name)));
            }
        }
    }
}
