//! Finds the main module, or the workspace, and what goes with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::{Kind, ModFile};
use super::select::{Selection, is_pruned};
use super::vendor::{Vendor, VendorList};
use super::{Modules, Source};
use crate::disk::{Disk, clean, inside};
use crate::env::Env;
use crate::version::go_at_least;
use crate::{Error, ModMode, Module, Place};

impl Modules {
    /// Finds the modules for a folder. In GOROOT there are none: what is there is found without.
    pub(crate) fn load(env: &Env, disk: &Disk<'_>, dir: &Path) -> Result<Modules, Error> {
        let mut modules = Modules { mod_cache: env.mod_cache.clone(), ..Modules::default() };
        let in_goroot = env.goroot.as_ref().is_some_and(|root| dir.starts_with(root.join("src")));
        if in_goroot {
            return Ok(modules);
        }
        let work = match env.work.as_str() {
            "off" => None,
            "" | "auto" => above(disk, dir, "go.work", env.goroot.as_deref()),
            path => Some(dir.join(path)),
        };
        match &work {
            Some(path) => {
                let file = parse(disk, path, path, Kind::Work)?;
                modules.load_workspace(disk, path, &file)?;
                modules.vendor_for(env, disk, &path.with_file_name("vendor"), file.go.as_deref(), true);
            }
            None => {
                let Some(path) = above(disk, dir, "go.mod", None) else { return Ok(modules) };
                let text = env.mod_file.as_deref().unwrap_or(&path);
                let file = parse(disk, text, text, Kind::Main)?;
                let base = path.parent().unwrap_or(&path);
                modules.replace.extend(file.replace.iter().map(|replace| (replace.clone(), base.to_owned())));
                let go = file.go.clone();
                modules.add_main(file, &path)?;
                modules.vendor_for(env, disk, &path.with_file_name("vendor"), go.as_deref(), false);
            }
        }
        if let ([file], None) = (&modules.files[..], &work)
            && is_pruned(file)
        {
            modules.roots = Some(modules.sources(&Selection::of_roots([file])));
        }
        Ok(modules)
    }

    fn load_workspace(&mut self, disk: &Disk<'_>, path: &Path, file: &ModFile) -> Result<(), Error> {
        let base = path.parent().unwrap_or(path);
        self.replace.extend(file.replace.iter().map(|replace| (replace.clone(), base.to_owned())));
        for folder in &file.uses {
            let path = clean(&base.join(folder)).join("go.mod");
            let mut file = parse(disk, &path, &path, Kind::Main)?;
            // Seen from go.work, as go shows them then.
            for replace in file.replace.iter_mut().filter(|replace| replace.with_version.is_none()) {
                if let Some(with) = relative(&clean(&path.with_file_name(&replace.with)), base) {
                    replace.with = with;
                }
            }
            self.replace.extend(file.replace.iter().map(|replace| (replace.clone(), base.to_owned())));
            self.add_main(file, &path)?;
        }
        Ok(())
    }

    fn add_main(&mut self, file: ModFile, path: &Path) -> Result<(), Error> {
        let Some(name) = file.module.clone() else {
            let place = Place { path: path.into(), line: 0, column: 0 };
            let message = "there is no `module` line\n  to add one: go mod edit -module NAME".to_owned();
            return Err(Error::Syntax { place, message });
        };
        let dir = path.parent().unwrap_or(path).to_owned();
        self.exclude.extend(file.exclude.iter().cloned());
        let module = Module {
            path: name.into(),
            version: None,
            replaced: None,
            dir: Some(dir),
            // Without a line, go takes it for a module of that time.
            go_version: Some(file.go.clone().unwrap_or_else(|| "1.16".to_owned())),
            main: true,
        };
        self.main.push(Arc::new(Source { module, local: true }));
        self.files.push(file);
        Ok(())
    }

    /// Uses the vendor folder, if that is asked for, or if it is there and the module is for Go 1.14 or newer.
    fn vendor_for(&mut self, env: &Env, disk: &Disk<'_>, dir: &Path, go: Option<&str>, work: bool) {
        let new = go.is_some_and(|version| go_at_least(version, 14));
        let wanted = match env.mod_mode {
            Some(mode) => mode == ModMode::Vendor,
            None => new && disk.is_dir(dir),
        };
        if !wanted {
            return;
        }
        let text = disk.read_text(&dir.join("modules.txt"));
        let list = VendorList::parse(text.as_deref().unwrap_or_default());
        if env.mod_mode.is_none() && list.workspace != work {
            return;
        }
        if text.is_err() {
            self.warnings
                .push(format!("{} is not there: go mod vendor makes it", dir.join("modules.txt").display()));
        }
        let sources = list.modules.iter().map(|vendored| {
            let module = Module {
                path: vendored.path.as_str().into(),
                version: vendored.version.clone(),
                replaced: vendored.replaced.clone(),
                dir: None,
                go_version: vendored.go.clone(),
                main: false,
            };
            Arc::new(Source { module, local: false })
        });
        let sources = sources.collect();
        let strict = go.is_some_and(|version| go_at_least(version, 23));
        self.vendor = Some((Vendor { dir: dir.to_owned(), list, strict }, sources));
    }
}

/// A path seen from a folder, as go writes it.
fn relative(path: &Path, base: &Path) -> Option<String> {
    let common = base.ancestors().find(|folder| path.starts_with(folder))?;
    let up = base.strip_prefix(common).ok()?.components().count();
    let start = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    Some(format!("{start}{}", inside(path, common)?))
}

/// The file `name` in the folder or one above it. It is not looked for above `limit`.
fn above(disk: &Disk<'_>, dir: &Path, name: &str, limit: Option<&Path>) -> Option<PathBuf> {
    let folders = dir.ancestors().take_while(|folder| limit.is_none_or(|limit| *folder != limit));
    folders.map(|folder| folder.join(name)).find(|path| disk.is_file(path))
}

fn parse(disk: &Disk<'_>, path: &Path, shown: &Path, kind: Kind) -> Result<ModFile, Error> {
    let text = disk.read_text(path).map_err(|error| Error::Io { path: path.to_owned(), error })?;
    ModFile::parse(shown, &text, kind)
}
