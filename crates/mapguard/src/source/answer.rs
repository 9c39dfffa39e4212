//! What was found out about source that has not changed since.
//!
//! An answer is kept in mapguard's cache, one for each question in each folder, with the fingerprint of all the source
//! that it was found in, the imported packages included. Of other source it says nothing, and gives way to a new one.

use std::fs;
use std::num::NonZero;
use std::process;

use anyhow::Context;
use guard_build::Error;
use guard_build::cache::{self, Cache, INDEX};
use serde::{Deserialize, Serialize};

use super::Source;

/// What was found out.
#[derive(Serialize, Deserialize)]
pub(crate) struct Answer {
    /// Lines of JSON.
    pub(crate) lines: String,
    /// What does not parse or resolve, for people.
    pub(crate) told: Vec<String>,
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    fingerprint: String,
    answer: Answer,
}

const FILE: &str = "answer.json";

impl Source {
    /// The answer to `question`, asked in a certain way (`how`): `find` is only called if it is not known.
    ///
    /// That the cache cannot be used is no error; nothing is kept then.
    pub(crate) fn answer(
        &self,
        question: &str,
        how: &str,
        find: impl FnOnce() -> anyhow::Result<Answer>,
    ) -> anyhow::Result<Answer> {
        let cache = if self.cached { Cache::of_user().ok() } else { None };
        let Some(cache) = cache else { return find() };
        let asked = [question, how, &self.asked].map(str::as_bytes);
        let name = format!("{question}-{}", cache::fingerprint(asked));
        let fingerprint = self.fingerprint(how);
        let known = fs::read(cache.root().join(&name).join(FILE)).ok();
        let known: Option<Kept> = known.and_then(|text| serde_json::from_slice(&text).ok());
        if let Some(kept) = known.filter(|kept| kept.fingerprint == fingerprint) {
            return Ok(kept.answer);
        }
        let kept = Kept { fingerprint, answer: find()? };
        let text = serde_json::to_string(&kept).context("cannot write the answer down")?;
        // What cannot be kept is found again.
        _ = keep(&cache, &name, &text);
        Ok(kept.answer)
    }

    /// A name for all of the source, and all else that answers depend on.
    fn fingerprint(&self, how: &str) -> String {
        let packages = &self.graph.packages;
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let share = packages.len().div_ceil(threads).max(1);
        let parts: Vec<String> = std::thread::scope(|scope| {
            let running: Vec<_> = packages
                .chunks(share)
                .map(|packages| {
                    scope.spawn(move || {
                        let files = packages.iter().flat_map(|package| {
                            let head = format!(
                                "{} {:?} {:?} {}",
                                package.shown(),
                                package.kind,
                                package.root,
                                package.errors.len()
                            );
                            let files = package.files.iter().map(|file| {
                                (
                                    format!("{} {:?}", file.path.display(), file.kind).into_bytes(),
                                    &*file.source,
                                )
                            });
                            std::iter::once((head.into_bytes(), &[][..])).chain(files)
                        });
                        let files: Vec<(Vec<u8>, &[u8])> = files.collect();
                        cache::fingerprint(files.iter().flat_map(|(name, source)| [&**name, *source]))
                    })
                })
                .collect();
            // A thread that panics does so with a message of its own; no part of it is no name that is known.
            running.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
        });
        let target = format!("{:?}", self.graph.target);
        let dir = self.dir.display().to_string();
        let rest =
            [env!("CARGO_PKG_VERSION"), how, &target, &dir, &build_of_this_program()].map(str::to_owned);
        let all: Vec<String> = parts.into_iter().chain(rest).collect();
        cache::fingerprint(all.iter().map(|part| part.as_bytes()))
    }
}

/// Writes an answer, whole, over the one before.
fn keep(cache: &Cache, name: &str, text: &str) -> Result<(), Error> {
    let write = |path: &std::path::Path, text: &str| {
        fs::write(path, text).map_err(|error| Error::Io { path: path.to_owned(), error })
    };
    let entry = cache.entry(name, |folder, _| {
        write(&folder.join(FILE), text)?;
        write(&folder.join(INDEX), "{}\n")
    })?;
    if !entry.is_new {
        let making = entry.path.join(format!("{FILE}.{}", process::id()));
        write(&making, text)?;
        let done = entry.path.join(FILE);
        fs::rename(&making, &done).map_err(|error| Error::Io { path: done, error })?;
    }
    Ok(())
}

/// Tells builds of one version apart: the program's own size and time.
fn build_of_this_program() -> String {
    let own = std::env::current_exe().and_then(fs::metadata);
    format!("{:?}", own.ok().map(|meta| (meta.len(), meta.modified().ok())))
}
