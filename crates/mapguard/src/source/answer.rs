//! What was found out about source that has not changed since.
//!
//! An answer is kept in mapguard's cache, one for each question in each folder, with the fingerprint of all the source
//! that it was found in, the imported packages included. Of other source it says nothing, and gives way to a new one.

use std::fs;
use std::path::Path;
use std::process;

use anyhow::Context;
use guard_build::Error;
use guard_build::cache::{self, Cache, INDEX};
use serde::{Deserialize, Serialize};

use super::{Loaded, Source};

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
        &mut self,
        question: &str,
        how: &str,
        find: impl FnOnce(&Loaded) -> anyhow::Result<Answer>,
    ) -> anyhow::Result<Answer> {
        let Some(cache) = self.cache.clone() else { return find(self.loaded()?) };
        let asked = [question, how, &self.asked].map(str::as_bytes);
        let name = format!("{question}-{}", cache::fingerprint(asked));
        let known = fs::read(cache.root().join(&name).join(FILE)).ok();
        let known: Option<Kept> = known.and_then(|text| serde_json::from_slice(&text).ok());
        if let Some(kept) = known.filter(|kept| kept.fingerprint == self.head.fingerprint) {
            return Ok(kept.answer);
        }
        let answer = find(self.loaded()?)?;
        // After it was loaded, as that may have been just now.
        let kept = Kept { fingerprint: self.head.fingerprint.clone(), answer };
        let text = serde_json::to_string(&kept).context("cannot write the answer down")?;
        // What cannot be kept is found again.
        _ = keep(&cache, &name, FILE, &text);
        Ok(kept.answer)
    }
}

/// Writes a file of an entry, whole, over the one before.
pub(super) fn keep(cache: &Cache, name: &str, file: &str, text: &str) -> Result<(), Error> {
    let write = |path: &Path, text: &str| {
        fs::write(path, text).map_err(|error| Error::Io { path: path.to_owned(), error })
    };
    let entry = cache.entry(name, |folder, _| {
        write(&folder.join(file), text)?;
        write(&folder.join(INDEX), "{}\n")
    })?;
    if !entry.is_new {
        let making = entry.path.join(format!("{file}.{}", process::id()));
        write(&making, text)?;
        let done = entry.path.join(file);
        fs::rename(&making, &done).map_err(|error| Error::Io { path: done, error })?;
    }
    Ok(())
}

/// The program's version, and what tells builds of one version apart: its own size and time.
pub(super) fn this_program() -> String {
    let own = std::env::current_exe().and_then(fs::metadata);
    format!("{} {:?}", env!("CARGO_PKG_VERSION"), own.ok().map(|meta| (meta.len(), meta.modified().ok())))
}
