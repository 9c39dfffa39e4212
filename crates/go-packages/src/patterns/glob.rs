//! Patterns with `...` in them.

/// A pattern in which `...` stands for any string.
///
/// Two things are special, see `go help packages`: a `/...` at the end stands for nothing too, and no `...`
/// reaches into a folder `vendor`.
pub(crate) struct Glob {
    /// What is before the first `...`.
    prefix: String,
    wild: bool,
    /// The pattern, with `vendor` written as a character that `...` does not stand for; it is enough that one of
    /// them matches. None stands for everything.
    choices: Vec<String>,
}

/// What `vendor` is written as.
const VENDOR: &str = "\0";

impl Glob {
    pub(crate) fn new(pattern: &str) -> Glob {
        let (prefix, wild) = match pattern.find("...") {
            Some(at) => (&pattern[..at], true),
            None => (pattern, false),
        };
        let hidden = hide_vendor(pattern);
        let choices = match hidden.strip_suffix("/...") {
            Some(base) if base == VENDOR || base.ends_with("/\0") => {
                let before = base.strip_suffix(VENDOR).unwrap_or_default().trim_end_matches('/');
                vec![format!("{before}/vendor"), format!("{before}/{VENDOR}/...")]
            }
            Some(base) => vec![base.to_owned(), hidden.clone()],
            None => vec![hidden],
        };
        Glob { prefix: prefix.to_owned(), wild, choices }
    }

    /// What `std`, `cmd` and `all` are: everything.
    pub(crate) fn everything() -> Glob {
        Glob { prefix: String::new(), wild: true, choices: Vec::new() }
    }

    /// Whether the pattern stands for the path.
    pub(crate) fn matches(&self, path: &str) -> bool {
        if self.choices.is_empty() {
            return true;
        }
        let path = hide_vendor(path);
        self.choices.iter().any(|choice| matches(choice, &path))
    }

    /// Whether it may stand for the path or something below it.
    pub(crate) fn may_match_below(&self, path: &str) -> bool {
        let leads_to = self.prefix == path
            || path.is_empty()
            || self.prefix.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        leads_to || self.wild && path.starts_with(&self.prefix)
    }
}

fn hide_vendor(path: &str) -> String {
    if !path.contains("vendor") {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    let last = parts.len() - 1;
    for part in &mut parts[..last] {
        if *part == "vendor" {
            *part = VENDOR;
        }
    }
    parts.join("/")
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut pieces = pattern.split("...");
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        if rest[..at].contains(VENDOR) {
            return false;
        }
        rest = &rest[at + piece.len()..];
    }
    rest.strip_suffix(last).is_some_and(|skipped| !skipped.contains(VENDOR))
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn dots() {
        for (pattern, path, expected) in [
            ("net/...", "net", true),
            ("net/...", "net/http", true),
            ("net/...", "netip", false),
            ("net...", "netip", true),
            ("...", "any/thing", true),
            (".../http", "net/http", true),
            (".../http", "http", false),
            ("a/.../b...", "a/x/y/bc", true),
            ("a/.../b...", "a/b", false),
            ("./...", "./vendor/x", false),
            ("./...", "./a/vendor/x", false),
            ("./...", "./vendor", true),
            ("./vendor/...", "./vendor/x", true),
            ("./vendor/...", "./vendor", true),
            ("cmd/...", "cmd/vendor", true),
            ("net", "net", true),
            ("net", "net/http", false),
        ] {
            assert_eq!(Glob::new(pattern).matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn where_to_look() {
        let glob = Glob::new("golang.org/x/.../b");
        assert!(glob.may_match_below("golang.org") && glob.may_match_below("golang.org/x/net"));
        assert!(!glob.may_match_below("golang.com") && !glob.may_match_below("go"));
    }
}
