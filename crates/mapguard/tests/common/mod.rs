//! A folder of its own for each test, and programs run in it with nothing but what is said.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod module;
pub(crate) mod within;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(crate) const MAPGUARD: &str = env!("CARGO_BIN_EXE_mapguard");

/// A folder for one test, empty at its start and left for inspection at its end.
pub(crate) struct Place {
    pub(crate) dir: PathBuf,
    pub(crate) env: BTreeMap<String, OsString>,
    /// Further texts that differ between machines, and what snapshots have for them.
    pub(crate) hidden: Vec<(String, &'static str)>,
}

/// What a command did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Did {
    /// -1 if it was killed.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Did {
    fn from(output: Output) -> Did {
        Did {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Place {
    pub(crate) fn new(name: &str) -> Place {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(dir.join("home")).unwrap();
        let mut place = Place { dir, env: BTreeMap::new(), hidden: Vec::new() };
        place.set("HOME", place.dir.join("home"));
        place.set("PATH", std::env::var_os("PATH").unwrap());
        // Cargo's cache of registries is no business of the tests, go's is.
        for (name, value) in [("GOENV", "off"), ("GOTOOLCHAIN", "local"), ("GOPROXY", "off")] {
            place.set(name, value);
        }
        place.set("GOFLAGS", "-buildvcs=false");
        place
    }

    pub(crate) fn set(&mut self, name: &str, value: impl AsRef<OsStr>) -> &mut Place {
        self.env.insert(name.to_owned(), value.as_ref().to_owned());
        self
    }

    pub(crate) fn unset(&mut self, name: &str) -> &mut Place {
        self.env.remove(name);
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Writes a file, and the folders it stands in.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Writes a program for `sh`.
    pub(crate) fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.file(name, &format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    pub(crate) fn command(&self, program: impl AsRef<OsStr>, words: &str) -> Command {
        let mut command = Command::new(program);
        command.args(words.split_whitespace()).current_dir(&self.dir).stdin(Stdio::null());
        command.env_clear().envs(&self.env);
        command
    }

    pub(crate) fn run(&self, program: impl AsRef<OsStr>, words: &str) -> Did {
        self.command(program, words).output().unwrap().into()
    }

    /// Runs mapguard; words are separated by spaces.
    pub(crate) fn mapguard(&self, words: &str) -> Did {
        self.run(MAPGUARD, words)
    }

    /// Runs mapguard and compares all it said with tests/snapshots/NAME.txt. `UPDATE=1` writes
    /// the file instead.
    pub(crate) fn snapshot(&self, name: &str, words: &str) {
        let did = self.mapguard(words);
        let seen = format!(
            "$ mapguard {words}\nexit code {}\n--- stdout\n{}--- stderr\n{}",
            did.code,
            self.anonymous(&did.stdout),
            self.anonymous(&did.stderr)
        );
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/{name}.txt"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, seen).unwrap();
            return;
        }
        let known = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            seen,
            known,
            "\n{seen}\n{} says otherwise; UPDATE=1 cargo test -p mapguard",
            path.display()
        );
    }

    /// Without what differs between machines.
    pub(crate) fn anonymous(&self, text: &str) -> String {
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let hide = |text: String, (what, name): &(String, &str)| text.replace(what, name);
        let text = self.hidden.iter().fold(text.to_owned(), hide);
        text.replace(&self.dir.display().to_string(), "[DIR]")
            .replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
            .replace(&format!("{} GiB", guard_build::ADDRESS_SPACE.div_ceil(1 << 30)), "[SPACE]")
            .replace(&format!("kernel       {}\n", kernel.trim()), "kernel       [KERNEL]\n")
    }
}

/// A go command that claims to be `version` and does nothing.
pub(crate) fn fake_go(place: &mut Place, version: &str, platform: &str, more: &str) {
    let (os, arch) = platform.split_once('/').unwrap();
    let root = place.path("goroot");
    place.file("goroot/src/runtime/proc.go", "package runtime\n");
    place.script("bin/cc", "");
    let script = format!(
        r#"[ "$1" = env ] || {{ echo "go was run: $*"; exit 9; }}
echo '{{"GOROOT": "{}", "GOVERSION": "{version}", "GOOS": "{os}", "GOARCH": "{arch}",
 "GOMOD": "/dev/null", "CGO_ENABLED": "1", "CC": "cc", "GOTOOLCHAIN": "local", "GOFLAGS": "{more}"}}'"#,
        root.display()
    );
    place.script("bin/go", &script);
    let bin = place.path("bin");
    place.set("PATH", bin);
}
