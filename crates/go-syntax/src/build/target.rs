//! What is built for, and which files that takes.

use std::collections::BTreeSet;

use crate::build::{ConstraintError, file_constraint};

/// What is built for: an operating system, a processor and tags.
///
/// ```
/// use go_syntax::build::Target;
///
/// let target = Target::new("linux", "amd64", 27);
/// assert!(target.has_tag("unix") && target.has_tag("go1.21") && !target.has_tag("race"));
/// assert!(target.takes("poll_linux.go", b"package poll\n").unwrap());
/// assert!(!target.takes("poll_windows.go", b"package poll\n").unwrap());
/// assert!(!target.takes("poll.go", b"//go:build !unix\n\npackage poll\n").unwrap());
/// ```
#[derive(Clone, Debug)]
pub struct Target {
    /// `GOOS`.
    pub goos: String,
    /// `GOARCH`.
    pub goarch: String,
    /// Whether cgo is on.
    pub cgo: bool,
    /// The newest release whose tag is set: 27 is `go1.27`, and all before.
    pub release: u32,
    /// All other tags: those of `-tags`, `race`, `goexperiment.…`, `amd64.v1`.
    pub tags: BTreeSet<String>,
}

impl Target {
    /// A target with cgo and without further tags.
    pub fn new(goos: &str, goarch: &str, release: u32) -> Target {
        Target { goos: goos.to_owned(), goarch: goarch.to_owned(), cgo: true, release, tags: BTreeSet::new() }
    }

    /// Whether a tag is set.
    pub fn has_tag(&self, tag: &str) -> bool {
        let goos = &*self.goos;
        let release = |tag: &str| {
            let minor = tag.strip_prefix("go1.")?;
            let plain = !minor.starts_with(['0', '+']);
            minor.parse().ok().filter(|minor| plain && (1..=self.release).contains(minor))
        };
        match tag {
            "cgo" if self.cgo => return true,
            "gc" => return true,
            "linux" if goos == "android" => return true,
            "solaris" if goos == "illumos" => return true,
            "darwin" if goos == "ios" => return true,
            "unix" if UNIX.contains(&goos) => return true,
            _ if tag == goos || tag == self.goarch || release(tag).is_some() => return true,
            _ => {}
        }
        let tag = if tag == "boringcrypto" { "goexperiment.boringcrypto" } else { tag };
        self.tags.contains(tag)
    }

    /// Whether a file belongs to the build by its name, such as `poll_linux_amd64_test.go`.
    pub fn takes_name(&self, name: &str) -> bool {
        if name.starts_with(['_', '.']) {
            return false;
        }
        let stem = name.split('.').next().unwrap_or_default();
        // What is before the first `_` says nothing: linux.go is for all.
        let Some((_, ending)) = stem.split_once('_') else { return true };
        let ending = ending.strip_suffix("_test").unwrap_or(if ending == "test" { "" } else { ending });
        let mut words = ending.rsplit('_');
        let last = words.next().unwrap_or_default();
        match words.next() {
            Some(os) if SYSTEMS.contains(&os) && PROCESSORS.contains(&last) => {
                self.has_tag(os) && self.has_tag(last)
            }
            _ if SYSTEMS.contains(&last) || PROCESSORS.contains(&last) => self.has_tag(last),
            _ => true,
        }
    }

    /// Whether a Go file belongs to the build, by its name and its constraint. (A file that imports `"C"`
    /// needs [`Target::cgo`] besides.)
    pub fn takes(&self, name: &str, source: &[u8]) -> Result<bool, ConstraintError> {
        if !self.takes_name(name) {
            return Ok(false);
        }
        let constraint = file_constraint(source)?;
        Ok(constraint.is_none_or(|constraint| constraint.eval(|tag| self.has_tag(tag))))
    }
}

/// Operating systems that a file name can end with. As internal/syslist has them; none is ever taken out.
const SYSTEMS: [&str; 18] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// Those of them that have the tag `unix`.
const UNIX: [&str; 12] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "linux",
    "netbsd",
    "openbsd",
    "solaris",
];

/// Processors that a file name can end with.
const PROCESSORS: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let target = Target::new("linux", "amd64", 27);
        for name in
            ["a.go", "linux.go", "windows.go", "a_linux.go", "a_linux_amd64_test.go", "a_test.go", "a_b.go"]
        {
            assert!(target.takes_name(name), "{name}");
        }
        for name in
            ["a_windows.go", "a_linux_arm64.go", "a_arm64_test.go", "a_windows_amd64.go", "_a.go", ".a.go"]
        {
            assert!(!target.takes_name(name), "{name}");
        }
        assert!(Target::new("android", "arm64", 27).takes_name("a_linux.go"));
    }

    #[test]
    fn releases() {
        let target = Target::new("linux", "amd64", 21);
        assert!(target.has_tag("go1.1") && target.has_tag("go1.21"));
        assert!(!target.has_tag("go1.22") && !target.has_tag("go1.0") && !target.has_tag("go1.021"));
    }
}
