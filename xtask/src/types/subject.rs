//! What is compared.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::Options;
use crate::field::fetch::fetch;
use crate::field::modules::MODULES;
use crate::go::Toolchain;
use crate::places;

/// Some packages, and where they are looked for.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) patterns: Vec<String>,
    /// Whether its sources never change.
    pub(super) fixed: bool,
}

/// What `--short` compares: generic code, large and small, of many authors, with much of the language in it.
const SHORT: [&str; 40] = [
    "bytes",
    "cmp",
    "container/list",
    "context",
    "crypto/internal/fips140/mlkem",
    "database/sql",
    "encoding/binary",
    "encoding/gob",
    "encoding/json",
    "errors",
    "expvar",
    "fmt",
    "go/ast",
    "go/constant",
    "go/parser",
    "go/printer",
    "html/template",
    "internal/concurrent",
    "internal/sync",
    "io",
    "iter",
    "log/slog",
    "maps",
    "math",
    "math/big",
    "math/cmplx",
    "math/rand/v2",
    "net/netip",
    "net/textproto",
    "os/user",
    "reflect",
    "regexp/syntax",
    "slices",
    "sort",
    "strconv",
    "sync/atomic",
    "text/template",
    "time",
    "unicode/utf8",
    "unique",
];

/// What the options ask for.
pub(super) fn choose(options: &Options, toolchain: &Toolchain) -> Result<Vec<Subject>> {
    let src = toolchain.root.join("src");
    let own = |name: &str, patterns: Vec<String>, fixed| Subject {
        name: name.to_owned(),
        folder: src.clone(),
        patterns,
        fixed,
    };
    if let Some(folder) = &options.dir {
        let patterns =
            if options.patterns.is_empty() { vec!["./...".to_owned()] } else { options.patterns.clone() };
        return Ok(vec![Subject {
            name: "folder".to_owned(),
            folder: folder.clone(),
            patterns,
            fixed: false,
        }]);
    }
    if !options.patterns.is_empty() {
        return Ok(vec![own("packages", options.patterns.clone(), false)]);
    }
    if options.short {
        let there = SHORT.iter().filter(|package| src.join(package).is_dir());
        let mut all = vec![own("short", there.map(|&package| package.to_owned()).collect(), true)];
        all.extend(everything(toolchain)?);
        return Ok(all);
    }
    let mut all = Vec::new();
    all.extend(everything(toolchain)?);
    if options.module.is_none() {
        all.push(own("std and cmd", vec!["std".to_owned(), "cmd".to_owned()], true));
    }
    if !options.goroot {
        let part = options.module.as_deref().unwrap_or_default();
        for module in MODULES.iter().filter(|module| module.path.contains(part)) {
            all.push(Subject {
                name: module.path.to_owned(),
                folder: fetch(toolchain, module)?,
                patterns: vec!["./...".to_owned()],
                fixed: true,
            });
        }
        ensure!(!all.is_empty(), "no module has `{part}` in its path");
    }
    Ok(all)
}

/// Our own sources, in which there is one of each. They are written in the newest Go.
fn everything(toolchain: &Toolchain) -> Result<Option<Subject>> {
    let folder = places::root()?.join("testdata/types");
    let subject =
        Subject { name: "testdata".to_owned(), folder, patterns: vec!["./...".to_owned()], fixed: false };
    Ok(toolchain.is_newest().then_some(subject))
}
