//! Source that is as it was the last time need not be read: what is wanted of it then is kept in mapguard's cache, with
//! what was seen on the disk when it was found out.

use std::fs;

use go_packages::{Seen, Settings};
use guard_build::cache::{self, Cache};
use serde::{Deserialize, Serialize};

use super::answer::{keep, this_program};

/// What is wanted of source that has not changed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Head {
    /// A name for all of it, which answers are kept with. Empty if nothing is to be kept.
    pub(super) fingerprint: String,
    /// The import paths of the packages that the patterns name, in order.
    pub(super) paths: Vec<String>,
    /// What could not be read, for people.
    pub(super) told: Vec<String>,
}

/// The head as a line of JSON, and after it what was seen.
const FILE: &str = "source";

fn name(settings: &Settings) -> String {
    let parts = [settings.identity(), this_program()];
    format!("source-{}", cache::fingerprint(parts.iter().map(|part| part.as_bytes())))
}

/// What was kept of the same source, if it is as it was then.
pub(super) fn find(cache: &Cache, settings: &Settings) -> Option<Head> {
    // What is in memory has changed.
    if !settings.overlay.is_empty() {
        return None;
    }
    let text = fs::read_to_string(cache.root().join(name(settings)).join(FILE)).ok()?;
    let (head, seen) = text.split_once('\n')?;
    let head = serde_json::from_str(head).ok()?;
    Seen::from_text(seen).holds().then_some(head)
}

/// Keeps it. What cannot be kept is found out again.
pub(super) fn remember(cache: &Cache, settings: &Settings, head: &Head, seen: &Seen) {
    let Ok(head) = serde_json::to_string(head) else { return };
    _ = keep(cache, &name(settings), FILE, &format!("{head}\n{}", seen.as_text()));
}
