//! Puts the guarded go command together.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Error;
use crate::cache::Cache;
use crate::flags::{self, Flags, Subcommand};
use crate::go::Go;
use crate::merge;
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

/// A go command that is ready to run.
#[derive(Debug)]
pub struct Prepared {
    /// The command.
    pub command: Command,
    /// The toolchain that it runs.
    pub go: Go,
    /// Whether this toolchain was not used guarded before: go will compile the standard library.
    pub is_first: bool,
}

/// The command that does it. Nothing has been built yet; the overlay is in the cache.
pub fn prepare(request: &Request, cache: &Cache) -> Result<Prepared, Error> {
    let flags = flags::parse(request.subcommand, &request.words);
    exclude(&flags, &Flags::default())?;
    let go = Go::ask(&request.go, flags.change_dir.as_ref())?;
    let minor = go.check()?;
    let standing = Flags::of_goflags(&go.goflags);
    exclude(&flags, &standing)?;
    let options = format!("{}{}", toolexec::OPTIONS, request.options.to_list());
    let mut wrapper =
        format!("{} {} {}", quote(&request.mapguard)?, toolexec::WORD, quote(Path::new(&options))?);

    let entry = cache.entry(&patch::name(&go), |folder, later| patch::write(&go, minor, folder, later))?;
    let mut overlay = entry.index();
    if let Some(theirs) = flags.overlay.as_ref().or(standing.overlay.as_ref()).filter(|name| !name.is_empty())
    {
        let here = env::current_dir().map_err(Error::io("."))?;
        let here = flags.change_dir.as_ref().map_or(here.clone(), |dir| here.join(dir));
        overlay = merge::overlays(cache, &overlay, &here.join(theirs), &here)?;
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
    if let Some(theirs) = flags.toolexec.as_deref().or(standing.toolexec.as_deref()) {
        // Theirs runs inside ours.
        wrapper.push(' ');
        wrapper.push_str(theirs);
    }
    flag("-toolexec=", wrapper.into());
    let counted = flags.count || standing.count;
    let writes = request.options.output.is_some() || request.options.sites.is_some();
    if request.subcommand == Subcommand::Test && writes && !counted {
        // A result out of go's cache would write no file.
        command.arg("-count=1");
    }
    command.args(&flags.rest);
    settle(&mut command, &request.options);
    if request.subcommand == Subcommand::Run && flags.rest.iter().any(is_versioned) {
        // The go.mod of that version could name another toolchain, whose library the overlay is not for.
        command.env("GOTOOLCHAIN", go.goversion.split(' ').next().unwrap_or_default());
    }
    Ok(Prepared { command, go, is_first: entry.is_new })
}

/// What counts has been decided, but a guarded program lets its environment overrule what it was
/// built with: where the environment speaks, it is to say the same.
fn settle(command: &mut Command, options: &Options) {
    let format = options.format.map(|format| OsString::from(format.to_string()));
    let path = |path: &Option<PathBuf>| path.clone().map(PathBuf::into_os_string);
    let policy = Some(OsString::from(options.policy.to_string()));
    let all = [
        ("MAPGUARD_POLICY", policy),
        ("MAPGUARD_FORMAT", format),
        ("MAPGUARD_OUTPUT", path(&options.output)),
        ("MAPGUARD_SITES", path(&options.sites)),
    ];
    for (name, value) in all.into_iter().filter(|(name, _)| env::var_os(name).is_some()) {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

fn exclude(flags: &Flags, standing: &Flags) -> Result<(), Error> {
    let Some((flag, from_goflags)) = flags.excluded(standing) else { return Ok(()) };
    let why = match flag {
        "-race" => "both take the place of the runtime's race detector",
        "-msan" | "-asan" => "the runtime takes one detector only",
        _ => "the guard is for Go's own compiler",
    };
    let hint = if from_goflags { " of GOFLAGS (go env -u GOFLAGS, or GOFLAGS= mapguard …)" } else { "" };
    Err(Error::Excluded { flag, why, hint })
}

/// Whether a word names a package at a version: go then looks at no go.mod here.
fn is_versioned(word: &OsString) -> bool {
    let word = word.to_string_lossy();
    !word.starts_with('-')
        && word.split_once('@').is_some_and(|(path, version)| path.contains('/') && !version.is_empty())
}

/// The user's tags and `race`. Spaces are the old way to separate them.
fn tags(theirs: Option<&str>) -> String {
    let theirs = theirs.unwrap_or_default().trim().replace(' ', ",");
    if theirs.is_empty() { "race".to_owned() } else { format!("{theirs},race") }
}

/// A path as go splits words. It knows no escapes, and takes text only.
fn quote(path: &Path) -> Result<String, Error> {
    let unquotable = || Error::Unquotable(path.to_owned());
    let word = path.to_str().ok_or_else(unquotable)?;
    if !word.contains([' ', '\t', '\n', '\r', '\'', '"']) {
        Ok(word.to_owned())
    } else if !word.contains('\'') {
        Ok(format!("'{word}'"))
    } else if !word.contains('"') {
        Ok(format!("\"{word}\""))
    } else {
        Err(unquotable())
    }
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
        for word in ["/usr/bin/mapguard", "/my tools/mapguard", "/it's/mapguard", "/\"/mapguard"] {
            assert_eq!(flags::split_quoted(&quote(Path::new(word)).unwrap()), [word]);
        }
        assert!(quote(Path::new("/it's \"mapguard\"")).is_err());
    }
}
