//! Order of versions: of modules (`v1.2.3-rc.1`) and of Go (`1.21rc2`).

use std::cmp::Ordering;

/// Compares versions of a module, as semver.org has it. What is after a `+` does not count; what is no
/// version is below all that are.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    match (Version::parse(a), Version::parse(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Version<'v> {
    numbers: [u64; 3],
    /// A release is above its candidates.
    released: bool,
    candidate: Vec<Part<'v>>,
}

/// Numbers are below words.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'v> {
    /// By length first, as it may be any number of digits.
    Number(usize, &'v str),
    Word(&'v str),
}

impl<'v> Version<'v> {
    fn parse(text: &'v str) -> Option<Version<'v>> {
        let text = text.strip_prefix('v')?;
        let text = text.split_once('+').map_or(text, |(before, _)| before);
        let (numbers, candidate) = match text.split_once('-') {
            Some((numbers, candidate)) => (numbers, Some(candidate)),
            None => (text, None),
        };
        let mut three = [0; 3];
        let mut parts = numbers.split('.');
        for number in &mut three {
            let Some(part) = parts.next() else { break };
            *number = part.parse().ok()?;
        }
        if parts.next().is_some() {
            return None;
        }
        let part = |part: &'v str| match part.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Part::Number(part.len(), part),
            false => Part::Word(part),
        };
        Some(Version {
            numbers: three,
            released: candidate.is_none(),
            candidate: candidate.map(|text| text.split('.').map(part).collect()).unwrap_or_default(),
        })
    }
}

/// Whether a Go version, such as the one in a go line, is at least 1.`minor`.
pub(crate) fn go_at_least(version: &str, minor: u32) -> bool {
    go_minor(version).is_some_and(|(major, found)| (major, found) >= (1, minor))
}

/// The first two numbers of a Go version: 1 and 21 of `1.21rc2`.
pub(crate) fn go_minor(version: &str) -> Option<(u32, u32)> {
    let (major, rest) = version.split_once('.').unwrap_or((version, "0"));
    let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
    Some((major.parse().ok()?, digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_of_modules() {
        let ascending = [
            "none",
            "v0.0.0-20190101000000-abcdefabcdef",
            "v0.0.0-20200101000000-abcdefabcdef",
            "v1.0.0-alpha",
            "v1.0.0-alpha.1",
            "v1.0.0-beta.2",
            "v1.0.0-beta.11",
            "v1.0.0",
            "v1.2.0",
            "v1.10.0",
            "v2.0.0+incompatible",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(compare("v2.0.0", "v2.0.0+incompatible"), Ordering::Equal);
    }

    #[test]
    fn order_of_go() {
        assert!(go_at_least("1.17", 17) && go_at_least("1.21rc2", 21) && go_at_least("1.27.3", 21));
        assert!(!go_at_least("1.9", 17) && !go_at_least("1.16.5", 17) && !go_at_least("", 14));
    }
}
