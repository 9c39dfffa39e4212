//! Puts the guarded go command together.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Error;
use crate::cache::{Cache, fingerprint};
use crate::flags::{self, Flags, Subcommand};
use crate::go::Go;
use crate::options::Options;
use crate::patch;
use crate::toolexec;

/// A go command that is to be run guarded.
#[derive(Debug, Clone)]
pub struct Request {
    /// `test`, `run` or `build`.
    pub subcommand: Subcommand,
    /// What follows it, as the user typed it.
    pub words: Vec<OsString>,
    /// What the guarded program starts with.
    pub options: Options,
    /// The go command.
    pub go: PathBuf,
    /// This program: it is called by go as a `-toolexec`.
    pub mapguard: PathBuf,
}

/// The command that does it. Nothing has been built yet; the overlay is in the cache.
pub fn prepare(request: &Request, cache: &Cache) -> Result<Command, Error> {
    let flags = flags::parse(request.subcommand, &request.words);
    exclude(&flags, "")?;
    let go = Go::ask(&request.go, flags.change_dir.as_ref())?;
    let minor = go.check()?;
    let standing = Flags::of_goflags(&go.goflags);
    exclude(&standing, " of GOFLAGS (go env -u GOFLAGS, or GOFLAGS= mapguard …)")?;

    let overlay = cache.entry(&patch::name(&go), |folder, later| patch::write(&go, minor, folder, later))?;
    let mut overlay = overlay.join("overlay.json");
    if let Some(theirs) = flags.overlay.as_ref().or(standing.overlay.as_ref()) {
        let base = flags.change_dir.as_ref().map_or_else(PathBuf::new, PathBuf::from);
        overlay = merge_overlays(cache, &overlay, &base.join(theirs))?;
    }

    let mut command = Command::new(&request.go);
    command.arg(request.subcommand.name());
    if let Some(dir) = &flags.change_dir {
        // go wants it first.
        command.arg("-C").arg(dir);
    }
    let mut flag = |name: &str, value: OsString| {
        let mut word = OsString::from(name);
        word.push(value);
        command.arg(word);
    };
    flag("-tags=", tags(flags.tags.as_deref().or(standing.tags.as_deref())).into());
    flag("-overlay=", overlay.into());
    let mut wrapper = quote(&request.mapguard.display().to_string());
    wrapper.push(' ');
    wrapper.push_str(toolexec::WORD);
    if let Some(theirs) = flags.toolexec.as_deref().or(standing.toolexec.as_deref()) {
        // Theirs runs inside ours.
        wrapper.push(' ');
        wrapper.push_str(theirs);
    }
    flag("-toolexec=", wrapper.into());
    if request.subcommand == Subcommand::Test && request.options.output.is_some() && !flags.count {
        // A result out of go's cache would write no file.
        command.arg("-count=1");
    }
    command.args(&flags.rest);
    command.env(toolexec::OPTIONS, request.options.to_list());
    Ok(command)
}

fn exclude(flags: &Flags, hint: &str) -> Result<(), Error> {
    match flags.excluded {
        Some(flag) => Err(Error::Excluded { flag: flag.to_owned(), hint: hint.to_owned() }),
        None => Ok(()),
    }
}

/// The user's tags and `race`. Spaces are the old way to separate them.
fn tags(theirs: Option<&str>) -> String {
    let theirs = theirs.unwrap_or_default().trim().replace(' ', ",");
    if theirs.is_empty() { "race".to_owned() } else { format!("{theirs},race") }
}

/// A word as go splits them.
fn quote(word: &str) -> String {
    if !word.contains([' ', '\t', '\'', '"']) {
        word.to_owned()
    } else if word.contains('\'') {
        format!("\"{word}\"")
    } else {
        format!("'{word}'")
    }
}

/// Both overlays in one, in the cache.
fn merge_overlays(cache: &Cache, ours: &Path, theirs: &Path) -> Result<PathBuf, Error> {
    type Json = serde_json::Map<String, serde_json::Value>;
    let read = |path: &Path| -> Result<Json, Error> {
        let text = fs::read_to_string(path).map_err(Error::io(path))?;
        serde_json::from_str(&text).map_err(|source| Error::Overlay { path: path.to_owned(), source })
    };
    let replaced = |json: &Json| json.get("Replace").and_then(|r| r.as_object()).cloned().unwrap_or_default();
    let mut merged = replaced(&read(ours)?);
    let here = env::current_dir().map_err(Error::io("."))?;
    for (file, by) in replaced(&read(theirs)?) {
        // Relative paths are relative to where go runs; the merged file stands elsewhere but go reads
        // it there too, so they keep their meaning.
        let absolute = here.join(&file).display().to_string();
        if merged.contains_key(&absolute) {
            return Err(Error::OverlayClash { path: theirs.to_owned(), file: file.into() });
        }
        merged.insert(file, by);
    }
    let text = serde_json::json!({ "Replace": merged }).to_string();
    let name = format!("merged-{}", fingerprint([text.as_bytes()]));
    let entry = cache.entry(&name, |folder, _| {
        let path = folder.join("overlay.json");
        fs::write(&path, &text).map_err(Error::io(path))
    })?;
    Ok(entry.join("overlay.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_tags() {
        assert_eq!(tags(None), "race");
        assert_eq!(tags(Some("")), "race");
        assert_eq!(tags(Some("integration")), "integration,race");
        assert_eq!(tags(Some("a b")), "a,b,race");
    }

    #[test]
    fn quotes_as_go_unquotes() {
        for word in ["/usr/bin/mapguard", "/my tools/mapguard", "/it's/mapguard"] {
            assert_eq!(flags::split_quoted(&quote(word)), [word]);
        }
    }
}
