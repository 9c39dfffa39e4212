//! The environment without a go command.

use std::path::PathBuf;

use super::{Values, variable};
use crate::Settings;
use crate::disk::Disk;

/// Where a Go is installed more often than elsewhere.
const USUAL: [&str; 6] = [
    "/usr/local/go",
    "/usr/lib/go",
    "/usr/lib/golang",
    "/usr/share/go",
    "/opt/homebrew/opt/go/libexec",
    "C:\\Program Files\\Go",
];

/// What `go env` would say, as far as that can be known.
pub(crate) fn environment(settings: &Settings, disk: &Disk<'_>) -> Values {
    let mut values = written(settings, disk);
    let names = ["GOROOT", "GOFLAGS", "GOOS", "GOARCH", "GOWORK", "GOPATH", "GOMODCACHE", "GOEXPERIMENT"];
    let more = ["GO111MODULE", "CGO_ENABLED", "GO386", "GOAMD64", "GOARM", "GOARM64", "GORISCV64", "GOWASM"];
    for name in names.into_iter().chain(more) {
        if let Some(value) = variable(settings, name) {
            values.insert(name.to_owned(), value);
        }
    }
    let mut default =
        |name: &str, value: &dyn Fn() -> String| values.entry(name.to_owned()).or_insert_with(value).clone();
    let goos = default("GOOS", &|| host_os().to_owned());
    let goarch = default("GOARCH", &|| host_arch().to_owned());
    let gopath = default("GOPATH", &|| home(settings).join("go").display().to_string());
    default("GOMODCACHE", &|| {
        let first = std::env::split_paths(&gopath).next().unwrap_or_default();
        first.join("pkg/mod").display().to_string()
    });
    let goroot = default("GOROOT", &|| {
        let there = |root: &str| disk.is_file(&PathBuf::from(root).join("src/runtime/runtime.go"));
        USUAL.into_iter().find(|root| there(root)).unwrap_or_default().to_owned()
    });
    // Go wants a C compiler for cgo, and none that builds for another platform.
    let native = goos == host_os() && goarch == host_arch();
    default("CGO_ENABLED", &|| u8::from(native && has_compiler(settings, disk)).to_string());
    let version = disk.read_text(&PathBuf::from(goroot).join("VERSION")).unwrap_or_default();
    values.insert("GOVERSION".to_owned(), version.lines().next().unwrap_or_default().trim().to_owned());
    values
}

/// What `go env -w` has written.
fn written(settings: &Settings, disk: &Disk<'_>) -> Values {
    let path = match variable(settings, "GOENV") {
        Some(off) if off == "off" => return Values::new(),
        Some(path) => PathBuf::from(path),
        None => match variable(settings, "XDG_CONFIG_HOME") {
            Some(config) => PathBuf::from(config).join("go/env"),
            None if cfg!(target_os = "macos") => home(settings).join("Library/Application Support/go/env"),
            None => home(settings).join(".config/go/env"),
        },
    };
    let text = disk.read_text(&path).unwrap_or_default();
    let pairs = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.to_owned())).collect()
}

fn home(settings: &Settings) -> PathBuf {
    let home = variable(settings, "HOME").or_else(|| variable(settings, "USERPROFILE"));
    PathBuf::from(home.unwrap_or_default())
}

fn has_compiler(settings: &Settings, disk: &Disk<'_>) -> bool {
    let given = variable(settings, "CC").and_then(|cc| cc.split_whitespace().next().map(str::to_owned));
    let names = given.map_or_else(|| vec!["gcc".to_owned(), "clang".to_owned()], |name| vec![name]);
    let path = variable(settings, "PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| names.iter().any(|name| disk.is_file(&folder.join(name))))
}

fn host_os() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    }
}

fn host_arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "powerpc64" => "ppc64le",
        "loongarch64" => "loong64",
        arch => arch,
    }
}
