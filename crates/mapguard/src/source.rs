//! Go source as the subcommands that look at it take it: which packages, for which target.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, ValueHint};
use go_packages::Settings;
use guard_build::cache::Cache;

use crate::say;

mod answer;
mod loaded;
mod unchanged;

pub(crate) use answer::Answer;
pub(crate) use loaded::{Loaded, OwnFile};
use unchanged::Head;

/// Which packages.
#[derive(Debug, Args)]
pub(crate) struct Packages {
    /// Packages, as go takes them: ./..., a path, a folder, or files [default: .]
    #[arg(value_name = "PACKAGES", value_hint = ValueHint::AnyPath)]
    patterns: Vec<String>,
    /// The packages' tests too
    #[arg(long, short)]
    test: bool,
    /// Build tags, as for go
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    tags: Option<Vec<String>>,
    /// The operating system to look at the source for [env: GOOS]
    #[arg(long, value_name = "OS")]
    goos: Option<String>,
    /// The processor to look at the source for [env: GOARCH]
    #[arg(long, value_name = "ARCH")]
    goarch: Option<String>,
    /// Start in this folder
    #[arg(short = 'C', value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
    /// Look at everything, also what has not changed since the last time
    #[arg(long)]
    no_cache: bool,
}

/// Packages that patterns name. They are only loaded where what is known of them from the last time is not enough.
pub(crate) struct Source {
    settings: Settings,
    dir: PathBuf,
    /// What was asked for, and where.
    asked: String,
    /// None if nothing is to be kept.
    cache: Option<Cache>,
    head: Head,
    loaded: Option<Loaded>,
}

impl Packages {
    /// Whether a folder to start in was named.
    pub(crate) fn starts_elsewhere(&self) -> bool {
        self.folder.is_some()
    }

    /// The folder to start in.
    pub(crate) fn folder(&self) -> anyhow::Result<PathBuf> {
        let here = here()?;
        Ok(self.folder.as_ref().map_or(here.clone(), |folder| here.join(folder)))
    }
}

fn here() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("cannot tell the working folder")
}

impl Source {
    pub(crate) fn load(options: &Packages) -> anyhow::Result<Source> {
        Source::load_with(options, |_| Ok(()))
    }

    /// As `load`; `change` may change what is loaded.
    pub(crate) fn load_with(
        options: &Packages,
        change: impl FnOnce(&mut Settings) -> anyhow::Result<()>,
    ) -> anyhow::Result<Source> {
        let here = here()?;
        let dir = options.folder()?;
        let patterns = match &*options.patterns {
            [] => vec![".".to_owned()],
            some => some.to_vec(),
        };
        let mut settings = Settings {
            tests: options.test,
            tags: options.tags.clone(),
            goos: options.goos.clone(),
            goarch: options.goarch.clone(),
            ..Settings::new(&dir, patterns)
        };
        change(&mut settings)?;
        let asked = format!("{} {options:?}", here.display());
        let cache = if options.no_cache { None } else { Cache::of_user().ok() };
        let known = cache.as_ref().and_then(|cache| unchanged::find(cache, &settings));
        let (head, loaded) = match known {
            Some(head) => (head, None),
            None => {
                let (head, loaded) = load(cache.as_ref(), &settings, &here)?;
                (head, Some(loaded))
            }
        };
        Ok(Source { settings, dir: here, asked, cache, head, loaded })
    }

    /// The packages. They are loaded now if that was not necessary before.
    pub(crate) fn loaded(&mut self) -> anyhow::Result<&Loaded> {
        let loaded = match self.loaded.take() {
            Some(loaded) => loaded,
            None => {
                let (head, loaded) = load(self.cache.as_ref(), &self.settings, &self.dir)?;
                self.head = head;
                loaded
            }
        };
        Ok(self.loaded.insert(loaded))
    }

    /// The contents of a file of the packages, by its path as it was shown in an answer.
    pub(crate) fn contents(&self, path: &str) -> Option<Arc<[u8]>> {
        let Some(loaded) = &self.loaded else { return fs::read(path).ok().map(Arc::from) };
        let mut files = loaded.graph.packages.iter().flat_map(|package| &package.files);
        files.find(|file| file.path.to_str() == Some(path)).map(|file| Arc::clone(&file.source))
    }

    /// How many packages there are of those that the patterns name.
    pub(crate) fn packages(&self) -> usize {
        self.head.paths.len()
    }

    /// Their import paths, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.head.paths.clone()
    }

    /// The working folder, which shown paths start from.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// A path as it is shown.
    pub(crate) fn shown(&self, path: &Path) -> String {
        shown(&self.dir, path)
    }

    /// Tells on standard error what could not be read, and the rest that is to be told.
    pub(crate) fn tell(&self, rest: &[String]) {
        self.head.told.iter().chain(rest).for_each(|line| say::line(line));
    }
}

/// Loads packages, and keeps what is wanted of them if nothing changes.
fn load(cache: Option<&Cache>, settings: &Settings, dir: &Path) -> anyhow::Result<(Head, Loaded)> {
    let Some(cache) = cache else {
        let loaded = Loaded { graph: go_packages::load(settings)?, dir: dir.to_owned() };
        return Ok((loaded.head(false), loaded));
    };
    let (graph, seen) = go_packages::load_seen(settings)?;
    let loaded = Loaded { graph, dir: dir.to_owned() };
    let head = loaded.head(true);
    if let Some(seen) = seen {
        unchanged::remember(cache, settings, &head, &seen);
    }
    Ok((head, loaded))
}

fn shown(dir: &Path, path: &Path) -> String {
    path.strip_prefix(dir).unwrap_or(path).display().to_string()
}

/// Writes a whole file.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let plain = anstream::adapter::strip_str(text).to_string();
    fs::write(path, plain).with_context(|| format!("cannot write {}", path.display()))
}
