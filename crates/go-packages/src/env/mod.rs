//! What is built for, and where things are: from the go command, or without it.

mod ask;
mod experiments;
mod flags;
mod guess;
mod levels;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use go_syntax::build::Target;

use crate::disk::Disk;
use crate::{Environment, Error, GoCommand, ModMode, Note, Settings, version};

pub(crate) use ask::GoTool;

/// What settings and environment come to.
pub(crate) struct Env {
    /// The go command, if there is one.
    pub(crate) go: Option<GoTool>,
    pub(crate) goroot: Option<PathBuf>,
    /// Such as `1.27.3`.
    pub(crate) version: Option<String>,
    pub(crate) target: Target,
    pub(crate) mod_cache: PathBuf,
    pub(crate) mod_mode: Option<ModMode>,
    pub(crate) mod_file: Option<PathBuf>,
    /// `GOWORK`: empty, `auto`, `off`, or a path.
    pub(crate) work: String,
}

/// The release whose tags are set if no Go says which.
const NEWEST: u32 = 27;

impl Env {
    /// Finds it out. `dir` is absolute.
    pub(crate) fn find(
        settings: &Settings,
        dir: &Path,
        disk: &Disk<'_>,
        notes: &mut Vec<Note>,
    ) -> Result<Env, Error> {
        let go = GoTool::find(settings, dir, disk)?;
        let (go, values) = match go {
            Some(go) => {
                let values = go.environment(disk, notes)?;
                go.look_again(disk, settings, &values);
                (Some(go), values)
            }
            None => {
                if settings.go != GoCommand::Never {
                    notes.push(Note::NoGo);
                }
                (None, guess::environment(settings, disk))
            }
        };
        let value = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
        if value("GO111MODULE") == "off" {
            return Err(Error::Setting(
                "GO111MODULE=off: packages outside of modules are not supported".to_owned(),
            ));
        }
        let flags = flags::Flags::parse(value("GOFLAGS"))?;
        let goroot =
            Some(PathBuf::from(value("GOROOT"))).filter(|root| disk.is_dir(&root.join("src/runtime")));
        if goroot.is_none() {
            notes.push(Note::NoGoroot);
        }
        // Of a Go that is not released yet: devel go1.28-0123456.
        let version = value("GOVERSION").split_whitespace().find_map(|word| word.strip_prefix("go"));
        let release = version.and_then(version::go_minor).map_or(NEWEST, |(_, minor)| minor);
        let (goos, goarch) = (value("GOOS").to_owned(), value("GOARCH").to_owned());
        let mut tags: BTreeSet<String> = settings.tags.clone().unwrap_or(flags.tags).into_iter().collect();
        tags.extend(flags.sanitizers);
        let level = levels::variable(&goarch).map(value).unwrap_or_default();
        tags.extend(levels::tags(&goarch, level, release));
        if let Some(source) = goroot.as_ref().map(|root| root.join("src/internal/buildcfg/exp.go"))
            && let Ok(source) = disk.read_text(&source)
        {
            let on = experiments::enabled(&source, &goos, &goarch, value("GOEXPERIMENT"));
            tags.extend(on.into_iter().map(|name| format!("goexperiment.{name}")));
        }
        let given = |path: &Path| dir.join(path);
        Ok(Env {
            go,
            target: Target { goos, goarch, cgo: value("CGO_ENABLED") == "1", release, tags },
            version: version.map(|version| version.split('-').next().unwrap_or(version).to_owned()),
            goroot,
            mod_cache: PathBuf::from(value("GOMODCACHE")),
            mod_mode: settings.mod_mode.or(flags.mod_mode),
            mod_file: settings.mod_file.as_deref().or(flags.mod_file.as_deref()).map(given),
            work: value("GOWORK").to_owned(),
        })
    }
}

/// Environment variables, by name.
type Values = BTreeMap<String, String>;

/// The folders in which commands are looked for.
fn path_folders(settings: &Settings) -> Vec<PathBuf> {
    let path = variable(settings, "PATH").unwrap_or_default();
    std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect()
}

/// An environment variable, as the settings have it: they come before the environment.
fn variable(settings: &Settings, name: &str) -> Option<String> {
    let set = match name {
        "GOOS" => settings.goos.clone(),
        "GOARCH" => settings.goarch.clone(),
        "CGO_ENABLED" => settings.cgo.map(|on| u8::from(on).to_string()),
        _ => None,
    };
    let inherited = || match &settings.environment {
        Environment::Inherit => std::env::var(name).ok(),
        Environment::Only(all) => all.get(name).cloned(),
    };
    set.or_else(inherited).filter(|value| !value.is_empty())
}
