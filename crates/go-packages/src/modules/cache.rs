//! Where modules are in the module cache.

use std::path::{Path, PathBuf};

/// The folder of a module in a version.
pub(crate) fn folder(mod_cache: &Path, path: &str, version: &str) -> PathBuf {
    mod_cache.join(format!("{}@{}", escape(path), escape(version)))
}

/// Its go.mod, which is there without the module too.
pub(crate) fn mod_file(mod_cache: &Path, path: &str, version: &str) -> PathBuf {
    mod_cache.join(format!("cache/download/{}/@v/{}.mod", escape(path), escape(version)))
}

/// Upper case becomes `!` and lower case, as some disks do not tell them apart.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_case_is_escaped() {
        let cache = Path::new("/cache");
        assert_eq!(
            folder(cache, "github.com/BurntSushi/toml", "v1.0.0-RC1"),
            Path::new("/cache/github.com/!burnt!sushi/toml@v1.0.0-!r!c1")
        );
        assert_eq!(
            mod_file(cache, "a.b/C", "v1.0.0"),
            Path::new("/cache/cache/download/a.b/!c/@v/v1.0.0.mod")
        );
    }
}
