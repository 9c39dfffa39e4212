//! Asks go where packages are.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use crate::env::GoTool;
use crate::modules::Source;
use crate::{ModMode, Module, Settings};

/// A package as go lists it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    import_path: String,
    #[serde(default)]
    dir: PathBuf,
    #[serde(default)]
    standard: bool,
    #[serde(default)]
    module: Option<ListedModule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedModule {
    path: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    dir: Option<PathBuf>,
    #[serde(default)]
    go_version: Option<String>,
    #[serde(default)]
    main: bool,
    #[serde(default)]
    replace: Option<Box<ListedModule>>,
}

/// Folder and module of a package.
type Told = HashMap<String, (PathBuf, Option<Arc<Source>>)>;

/// Asks for all packages of the settings that are not of the standard library.
pub(super) fn ask(go: &GoTool, settings: &Settings) -> Result<Told, String> {
    let mut args = vec!["list".to_owned(), "-e".to_owned(), "-deps".to_owned()];
    args.push("-json=ImportPath,Dir,Standard,Module".to_owned());
    if settings.tests {
        args.push("-test".to_owned());
    }
    if let Some(tags) = &settings.tags {
        args.push(format!("-tags={}", tags.join(",")));
    }
    if let Some(mode) = settings.mod_mode {
        let mode = if mode == ModMode::Vendor { "vendor" } else { "readonly" };
        args.push(format!("-mod={mode}"));
    }
    if let Some(file) = &settings.mod_file {
        args.push(format!("-modfile={}", file.display()));
    }
    args.push("--".to_owned());
    args.extend(settings.patterns.iter().cloned());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let text = go.run(&args, &[])?;
    let listed = serde_json::Deserializer::from_slice(&text).into_iter::<Listed>();
    let mut told = Told::new();
    for package in listed.map_while(Result::ok) {
        if package.standard || package.dir.as_os_str().is_empty() {
            continue;
        }
        let path = package.import_path.split(' ').next().unwrap_or_default().to_owned();
        told.insert(path, (package.dir, package.module.map(|module| Arc::new(module.into()))));
    }
    Ok(told)
}

impl From<ListedModule> for Source {
    fn from(listed: ListedModule) -> Source {
        let replaced = listed.replace.map(|replace| (replace.path, replace.version));
        let module = Module {
            path: listed.path.into(),
            version: listed.version,
            dir: listed.dir,
            go_version: listed.go_version,
            main: listed.main,
            replaced,
        };
        Source { module, local: false }
    }
}
