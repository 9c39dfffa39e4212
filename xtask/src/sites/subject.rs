//! What is compared: packages of the standard library and of real modules.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::field::fetch;
use crate::field::modules::Module;
use crate::go::Toolchain;
use crate::places;

/// Packages that are compiled together.
pub(crate) struct Subject {
    pub(crate) name: String,
    /// Where go runs.
    pub(crate) folder: PathBuf,
    /// Packages, as seen from there.
    pub(crate) patterns: Vec<String>,
    /// The sources, where neither a release nor a version pins them.
    sources: Vec<u8>,
}

impl Subject {
    /// A name for files; other packages have another.
    pub(super) fn key(&self) -> String {
        // FNV-1a: the same on every machine.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in self.patterns.join(" ").as_bytes().iter().chain(&self.sources) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
        let name: String =
            self.name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' }).collect();
        format!("{name}-{hash:016x}")
    }

    /// Whether a file is of one of its packages. A listing has code of others too: what was inlined from them.
    pub(super) fn owns(&self, file: &Path) -> bool {
        let Ok(inside) = file.strip_prefix(&self.folder) else { return false };
        self.patterns.iter().any(|pattern| match pattern.trim_start_matches("./") {
            "std" | "cmd" => true,
            pattern => match pattern.strip_suffix("...") {
                Some(top) => inside.starts_with(top),
                None => inside.parent() == Some(Path::new(pattern)),
            },
        })
    }

    /// The standard library and the commands, whole.
    pub(super) fn goroot(toolchain: &Toolchain) -> Subject {
        Subject::packages(toolchain, "std and cmd", &["std", "cmd"])
    }

    /// Packages that write to maps in many ways and need few others.
    pub(super) fn short(toolchain: &Toolchain) -> Result<Subject> {
        Ok(Subject::packages(toolchain, "std, short", &SHORT))
    }

    /// Our own, in which every rule of docs/sites-vs-compiler.md is met.
    pub(super) fn fixture(_: &Toolchain) -> Result<Subject> {
        let folder = places::root()?.join("testdata/sites");
        let mut files =
            fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        files.sort();
        let mut sources = Vec::new();
        for file in files {
            sources.extend(fs::read(file)?);
        }
        Ok(Subject { name: "testdata/sites".to_owned(), folder, patterns: vec!["./...".to_owned()], sources })
    }

    /// Packages of the standard library.
    pub(crate) fn packages(toolchain: &Toolchain, name: &str, packages: &[&str]) -> Subject {
        Subject {
            name: name.to_owned(),
            folder: toolchain.root.join("src"),
            patterns: packages.iter().map(|&package| package.to_owned()).collect(),
            sources: Vec::new(),
        }
    }

    /// The modules whose path has `part` in it, fetched.
    pub(crate) fn modules(toolchain: &Toolchain, part: &str) -> Result<Vec<Subject>> {
        let chosen: Vec<_> = MODULES.iter().filter(|module| module.path.contains(part)).collect();
        ensure!(!chosen.is_empty(), "no module has `{part}` in its path");
        let subject = |module: &&Module| {
            Ok(Subject {
                name: format!("{} {}", module.path, module.version),
                folder: fetch::fetch(toolchain, module)?,
                patterns: module.packages.iter().map(|&package| package.to_owned()).collect(),
                sources: Vec::new(),
            })
        };
        chosen.iter().map(subject).collect()
    }
}

const SHORT: [&str; 30] = [
    "archive/zip",
    "database/sql",
    "encoding/asn1",
    "encoding/gob",
    "encoding/json",
    "encoding/xml",
    "expvar",
    "flag",
    "go/ast",
    "go/build",
    "go/constant",
    "go/doc",
    "go/parser",
    "go/printer",
    "go/types",
    "html/template",
    "internal/godebug",
    "internal/profile",
    "maps",
    "mime",
    "mime/multipart",
    "net/textproto",
    "net/url",
    "os/signal",
    "reflect",
    "regexp",
    "regexp/syntax",
    "runtime",
    "runtime/pprof",
    "text/template",
];

/// Modules of size, with generics. What they need is compiled as well, so of the largest there are not all packages.
const MODULES: &[Module] = &[
    Module {
        path: "cuelang.org/go",
        version: "v0.17.1",
        sum: "h1:liOkxZDqTHrzq0USJX+6bMYOZ5PSf+wzvQr15AHpDCQ=",
        packages: &["./..."],
        skip: "",
    },
    Module {
        path: "github.com/prometheus/prometheus",
        version: "v0.316.0",
        sum: "h1:f1GRFerhTMKQma+awCoC9T820ecWeGSdF+xAlMHzZzM=",
        packages: &[
            "./model/...",
            "./notifier/...",
            "./promql/...",
            "./rules/...",
            "./scrape/...",
            "./storage/...",
            "./tsdb/...",
        ],
        skip: "",
    },
    Module {
        path: "google.golang.org/grpc",
        version: "v1.85.0",
        sum: "h1:BPBCfuVRQ1qvBhKDOq9uvQllMvO59rKsYhXpp7Dd8vw=",
        packages: &["./..."],
        skip: "",
    },
    Module {
        path: "k8s.io/client-go",
        version: "v0.37.2",
        sum: "h1:sgFtyRZukGkOrsu+QgS7LYnbFFJ5ut3MchdBNduD//E=",
        packages: &["./..."],
        skip: "",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owns_files_of_its_packages() {
        let owns = |pattern: &str, file: &str| {
            let (name, folder) = (String::new(), PathBuf::from("/src"));
            Subject { name, folder, patterns: vec![pattern.to_owned()], sources: Vec::new() }
                .owns(Path::new(file))
        };
        assert!(owns("std", "/src/net/http/server.go"));
        assert!(owns("net/http", "/src/net/http/server.go"));
        assert!(!owns("net", "/src/net/http/server.go"));
        assert!(owns("./net/...", "/src/net/http/server.go"));
        assert!(owns("./...", "/src/net/http/server.go"));
        assert!(!owns("./...", "/other/server.go"));
    }

    #[test]
    fn keys_are_names_of_files_and_differ() {
        let subject = |name: &str, pattern: &str| {
            let (name, patterns) = (name.to_owned(), vec![pattern.to_owned()]);
            Subject { name, folder: PathBuf::new(), patterns, sources: Vec::new() }.key()
        };
        let key = subject("a.b/c v1.2", "./...");
        assert!(key.starts_with("a.b_c_v1.2-"), "{key}");
        assert_ne!(key, subject("a.b/c v1.2", "./x"));
    }
}
