//! Where options come from: the command line, then the environment, then mapguard.toml, then the
//! defaults. A new option is a field of [`Layer`], a key, an arm of `set` and a line of `over`.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueHint};
use guard_build::flags::Subcommand;
use guard_build::options::{Format, Options, Policy};
use toml::de::DeValue;

use crate::cli::{Own, formats, policies};

pub(crate) mod check;
mod file;
#[cfg(test)]
mod tests;

/// The name of the file.
pub(crate) const FILE: &str = "mapguard.toml";
/// What all of mapguard's environment variables begin with.
pub(crate) const PREFIX: &str = "MAPGUARD_";
/// The variable without a key: which file to read.
const CONFIG: &str = "MAPGUARD_CONFIG";

/// The options as one source gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct Layer {
    /// What happens at a finding [env: MAPGUARD_POLICY] [default: report]
    ///
    /// report: print it, go on, and end with exit code 66; panic: print it and end at once as a
    /// fatal error, exit code 2; log: one line of JSON, exit codes stay as they are; off: build
    /// guarded, but do not watch.
    #[arg(long, value_name = "POLICY", value_parser = policies())]
    pub(crate) policy: Option<Policy>,
    /// How findings are written [env: MAPGUARD_FORMAT] [default: json under the policy log, else text]
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub(crate) format: Option<Format>,
    /// Append findings to this file; `-`: standard error [env: MAPGUARD_OUTPUT] [default: -]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// At exit append the map operations that ran to this file; `-`: a table on standard error [env: MAPGUARD_SITES]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) sites: Option<PathBuf>,
    /// The go command [env: MAPGUARD_GO] [default: go]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::ExecutablePath)]
    pub(crate) go: Option<PathBuf>,
}

/// All keys: long options, keys of the file and, in capitals, variables of the environment.
pub(crate) const KEYS: [&str; 5] = ["policy", "format", "output", "sites", "go"];

/// What is wrong with the options. Each names its place.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("cannot read {}: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("{}:{line}: not TOML: {message}", path.display())]
    Toml { path: PathBuf, line: usize, message: String },
    #[error("{}:{line}: unknown key `{key}`{}\n  the keys are: {}", path.display(), nearest(last(key), keys), keys.join(", "))]
    Key { path: PathBuf, line: usize, key: String, keys: Vec<&'static str> },
    #[error("{}:{line}: {key} takes {wanted}, and this is {found}", path.display())]
    Kind { path: PathBuf, line: usize, key: String, wanted: &'static str, found: String },
    #[error("{place}: `{}` is none of: {}{}", value.display(), words.join(", "), nearest(&value.to_string_lossy(), words))]
    Value { place: String, value: OsString, words: Vec<&'static str> },
    #[error("{place}: `{name}` is no function: write path.Func or path.Type.Method, as in sync.Mutex.Lock")]
    Function { place: String, name: String },
    #[error("{key} {}: {what}", path.display())]
    Path { key: &'static str, path: PathBuf, what: String },
}

impl ConfigError {
    /// Of a value that is not what its key takes.
    fn kind(path: &Path, line: usize, key: &str, wanted: &'static str, value: &DeValue<'_>) -> ConfigError {
        let found = value.type_str();
        let article = if found.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
        let found = format!("{article} {found}");
        ConfigError::Kind { path: path.to_owned(), line, key: key.to_owned(), wanted, found }
    }
}

/// The last part of a key with dots.
fn last(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// `; did you mean …?`, if one of `words` is near enough to `word`.
pub(crate) fn nearest(word: &str, words: &[&str]) -> String {
    let near = |known: &&str| strsim::jaro_winkler(&word.to_lowercase(), &known.to_lowercase());
    let best = words.iter().copied().max_by(|a, b| near(a).total_cmp(&near(b)));
    best.filter(|best| near(best) > 0.7).map(|best| format!("; did you mean `{best}`?")).unwrap_or_default()
}

impl Layer {
    /// Sets the option `key` from text; `place` is where it stands.
    fn set(&mut self, key: &str, value: &OsStr, place: String) -> Result<(), ConfigError> {
        match key {
            "policy" => self.policy = Some(word(value, Policy::WORDS, place)?),
            "format" => self.format = Some(word(value, Format::WORDS, place)?),
            "output" => self.output = Some(value.into()),
            "sites" => self.sites = Some(value.into()),
            "go" => self.go = Some(value.into()),
            _ => unreachable!("callers take keys from KEYS"),
        }
        Ok(())
    }

    /// This, and what it leaves open from `below`.
    fn over(self, below: Layer) -> Layer {
        Layer {
            policy: self.policy.or(below.policy),
            format: self.format.or(below.format),
            output: self.output.or(below.output),
            sites: self.sites.or(below.sites),
            go: self.go.or(below.go),
        }
    }

    /// Makes its paths absolute, if they are relative to `folder`.
    fn be_relative_to(&mut self, folder: &Path) {
        for path in [&mut self.output, &mut self.sites].into_iter().flatten() {
            if path.as_os_str() != "-" {
                *path = folder.join(&*path);
            }
        }
    }

    /// What the environment says. An empty variable says nothing.
    fn of_environment(var: impl Fn(&str) -> Option<OsString>) -> Result<Layer, ConfigError> {
        let mut layer = Layer::default();
        for key in KEYS {
            let name = variable(key);
            if let Some(value) = var(&name).filter(|value| !value.is_empty()) {
                layer.set(key, &value, name)?;
            }
        }
        Ok(layer)
    }
}

/// The variable of the environment for a key.
pub(crate) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase())
}

/// All variables that mapguard and guarded programs listen to.
pub(crate) fn variables() -> impl Iterator<Item = String> {
    KEYS.into_iter().map(variable).chain([CONFIG.to_owned()])
}

fn word<T: FromStr>(value: &OsStr, words: &'static [&'static str], place: String) -> Result<T, ConfigError> {
    let parsed = value.to_str().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| ConfigError::Value { place, value: value.to_owned(), words: words.to_vec() })
}

/// The file that counts for work in `folder`, and its table for `mapguard check`.
pub(crate) fn for_check(
    own: &Own,
    folder: &Path,
) -> Result<(Option<PathBuf>, check::Table, Option<PathBuf>), ConfigError> {
    let environment = Layer::of_environment(|name| env::var_os(name))?;
    let read = match named_or_found(own, folder) {
        Some(path) => (file::read(&path)?, Some(path)),
        None => (file::File::default(), None),
    };
    let (file, path) = read;
    Ok((path, file.check, own.layer.clone().over(environment).over(file.layer).go))
}

/// The mapguard.toml for work in `folder`.
fn named_or_found(own: &Own, folder: &Path) -> Option<PathBuf> {
    let named =
        own.config.clone().or_else(|| env::var_os(CONFIG).filter(|v| !v.is_empty()).map(PathBuf::from));
    named.or_else(|| file::find(folder, env::var_os("GOWORK").as_deref()))
}

/// The options that count.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// What a guarded program starts with.
    pub(crate) options: Options,
    /// The go command.
    pub(crate) go: PathBuf,
    /// The mapguard.toml that was read.
    pub(crate) file: Option<PathBuf>,
}

/// Joins all sources. `folder` is the one that go works in; `subcommand` says whose options they are.
pub(crate) fn settle(
    own: &Own,
    folder: &Path,
    subcommand: Option<Subcommand>,
) -> Result<Settings, ConfigError> {
    let file = named_or_found(own, folder);
    let mut above = own.layer.clone().over(Layer::of_environment(|name| env::var_os(name))?);
    let mut below = match &file {
        Some(path) => file::read(path)?.layer,
        None => Layer::default(),
    };
    // A program that is built here may run anywhere: a relative path stays so. Tests run in their
    // packages' folders: there it is relative to where the user wrote it.
    if subcommand != Some(Subcommand::Build) {
        let here = env::current_dir().unwrap_or_default();
        let beside = file.as_ref().and_then(|file| file.parent()).unwrap_or(Path::new(""));
        above.be_relative_to(&here);
        below.be_relative_to(&here.join(beside));
    }
    let merged = above.over(below);
    for (key, path) in [("output", &merged.output), ("sites", &merged.sites)] {
        if let Some(path) = path {
            check_path(path, subcommand).map_err(|what| ConfigError::Path {
                key,
                path: path.clone(),
                what,
            })?;
        }
    }
    let options = Options {
        policy: merged.policy.unwrap_or_default(),
        format: merged.format,
        // That is where findings go anyway.
        output: merged.output.filter(|path| path.as_os_str() != "-"),
        sites: merged.sites,
    };
    Ok(Settings { options, go: merged.go.unwrap_or_else(|| "go".into()), file })
}

/// The guard in the program takes less than the file system does, and has no way to complain.
fn check_path(path: &Path, subcommand: Option<Subcommand>) -> Result<(), String> {
    match path.to_str() {
        None => return Err("the path is not UTF-8".into()),
        Some(text) if text.contains([';', '\n', '\0']) => {
            return Err("the path must have no `;` and no line break in it".into());
        }
        Some(text) if text.len() > 1000 => return Err("the path is longer than 1000 bytes".into()),
        Some("") => return Err("a file is wanted here".into()),
        Some("-") => return Ok(()),
        Some(_) => {}
    }
    if subcommand == Some(Subcommand::Build) {
        return Ok(());
    }
    if path.is_dir() {
        return Err("it is a folder; a file is wanted here".into());
    }
    match path.parent() {
        Some(parent) if !parent.is_dir() => {
            Err(format!("its folder does not exist\n  mkdir -p {}", parent.display()))
        }
        _ => Ok(()),
    }
}
