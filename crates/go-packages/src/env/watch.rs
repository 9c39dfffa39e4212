//! What go's answer depends on, besides environment variables.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use super::ask::GoTool;
use super::{Values, path_folders};
use crate::Settings;
use crate::disk::Disk;

impl GoTool {
    /// Looks at all that `go env` has looked at for its answer, so that it is written down.
    pub(super) fn look_again(&self, disk: &Disk<'_>, settings: &Settings, values: &Values) {
        if disk.records() && self.looked_at(disk, settings, values).is_none() {
            disk.lose_record();
        }
    }

    /// None if that cannot be known.
    fn looked_at(&self, disk: &Disk<'_>, settings: &Settings, values: &Values) -> Option<()> {
        let mut all: Vec<PathBuf> = Vec::new();
        let value = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
        // A script may choose another Go each time.
        let exe = fs::canonicalize(self.path.as_path()).ok().filter(|_| self.path.is_absolute())?;
        let mut magic = [0; 2];
        fs::File::open(&exe).ok()?.read_exact(&mut magic).ok()?;
        if &magic == b"#!" || exe.file_stem()? != "go" {
            return None;
        }
        let own_root = exe.parent()?.parent()?;
        let root = fs::canonicalize(value("GOROOT")).ok()?;
        let folders = path_folders(settings);
        if root != own_root {
            // The go or toolchain line led to another one: from the PATH, or from the module cache.
            if !root.starts_with(value("GOMODCACHE")) {
                return None;
            }
            let version = value("GOVERSION").split_whitespace().next()?;
            all.extend(folders.iter().map(|folder| folder.join(version)));
            all.extend([root.join("bin/go"), root.join("go.env")]);
        }
        all.extend([self.path.clone(), own_root.join("go.env"), own_root.join("pkg/tool"), exe]);
        // What `go env -w` has written.
        let written = value("GOENV");
        if !matches!(written, "" | "off") {
            all.push(self.dir.join(written));
        }
        // The toolchain and the workspace are looked for from here on upwards.
        for folder in self.dir.ancestors() {
            all.extend(["go.mod", "go.work"].map(|name| folder.join(name)));
        }
        // Without a C compiler there is no cgo.
        let compiler = value("CC").split_whitespace().next().unwrap_or_default();
        for name in ["gcc", "clang", "cc", compiler] {
            all.extend(folders.iter().filter(|_| !name.is_empty()).map(|folder| folder.join(name)));
        }
        for path in &all {
            _ = disk.look(path);
        }
        Some(())
    }
}
