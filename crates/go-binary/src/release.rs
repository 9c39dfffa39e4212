//! Go releases, and what changed in the tables from one to the next.

use std::fmt;

/// A Go release, as far as tables go: the 27 of 1.27.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(u32);

impl Release {
    /// The oldest that is supported.
    pub const OLDEST: Release = Release(21);
    /// The newest that is supported.
    pub const NEWEST: Release = Release(27);

    /// Reads the version that a program names. Vendors and experiments add to it: `go1.24.3 X:rangefunc`,
    /// `devel go1.27-abcdef`, `go1.25rc1`. None if no release is in it.
    pub fn parse(version: &str) -> Option<Release> {
        let minor = version.split("go1.").nth(1)?;
        let digits = minor.find(|c: char| !c.is_ascii_digit()).unwrap_or(minor.len());
        minor.get(..digits)?.parse().ok().map(Release)
    }

    /// Whether its tables are known.
    pub fn is_supported(self) -> bool {
        (Release::OLDEST..=Release::NEWEST).contains(&self)
    }

    /// Which word of the linker's `moduledata` holds `gofunc`, what the offsets of funcdata count from, and
    /// which the slice `textsectmap`. See runtime/symtab.go: 1.26 put `epclntab` between the two; 1.27
    /// put `typedesclen`, `itaboffset` and `itabsize` before both.
    pub(crate) fn moduledata(self) -> ModuleDataWords {
        match self.0 {
            ..=25 => ModuleDataWords { gofunc: 40, textsectmap: 41 },
            26 => ModuleDataWords { gofunc: 40, textsectmap: 42 },
            _ => ModuleDataWords { gofunc: 43, textsectmap: 45 },
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

/// Places in `moduledata`, counted in words of 8 bytes. All before them are the same in all releases.
pub(crate) struct ModuleDataWords {
    pub(crate) gofunc: u64,
    pub(crate) textsectmap: u64,
}

#[cfg(test)]
mod tests {
    use super::Release;

    #[test]
    fn reads_what_programs_say() {
        for (version, release) in [
            ("go1.21.13", Some(Release(21))),
            ("go1.27", Some(Release(27))),
            ("go1.25rc1", Some(Release(25))),
            ("go1.24.3 X:rangefunc", Some(Release(24))),
            ("devel go1.28-1a2b3c Thu Jan 1 00:00:00 2026", Some(Release(28))),
            ("unknown", None),
            ("go1.", None),
        ] {
            assert_eq!(Release::parse(version), release, "{version}");
        }
        assert!(!Release(20).is_supported() && Release(21).is_supported());
        assert!(Release(27).is_supported() && !Release(28).is_supported());
    }
}
