//! The user's overlay and the guard's in one: go takes one only.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::de::Error as _;

use crate::Error;
use crate::cache::{Cache, INDEX, fingerprint};

/// What an overlay replaces, and by what. An empty replacement removes the file.
type Replace = BTreeMap<String, String>;

/// Both overlays in one, in the cache. `here` is the folder that go runs in.
pub(crate) fn overlays(cache: &Cache, ours: &Path, theirs: &Path, here: &Path) -> Result<PathBuf, Error> {
    let mut merged = read(ours)?;
    for (file, by) in read(theirs)? {
        if merged.contains_key(&clean(&here.join(&file)).display().to_string()) {
            return Err(Error::OverlayClash { path: theirs.to_owned(), file: file.into() });
        }
        // A relative path is relative to where go runs, not to the overlay: it keeps its meaning.
        merged.insert(file, by);
    }
    let text = serde_json::json!({ "Replace": merged }).to_string();
    let name = format!("merged-{}", fingerprint([text.as_bytes()]));
    let entry = cache.entry(&name, |folder, _| {
        let path = folder.join(INDEX);
        fs::write(&path, &text).map_err(Error::io(path))
    })?;
    Ok(entry.index())
}

fn read(path: &Path) -> Result<Replace, Error> {
    let failed = |what: String| Error::Overlay { path: path.to_owned(), what };
    let text = fs::read(path).map_err(|error| failed(error.to_string()))?;
    parse(&text).map_err(|error| failed(format!("not an overlay: {error}")))
}

/// Like Go's decoder, takes the key in any case, and null for nothing.
fn parse(text: &[u8]) -> Result<Replace, serde_json::Error> {
    let json: BTreeMap<String, serde_json::Value> = serde_json::from_slice(text)?;
    let mut replace = Replace::new();
    for (key, value) in json {
        if key.eq_ignore_ascii_case("Replace") {
            replace.extend(serde_json::from_value::<Option<Replace>>(value)?.unwrap_or_default());
        }
    }
    if replace.contains_key("") {
        return Err(serde_json::Error::custom("an empty file name"));
    }
    Ok(replace)
}

/// The path without `.` and `..`, as Go's `filepath.Clean` has it.
fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            part => cleaned.push(part),
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        let read = |text: &str| parse(text.as_bytes()).map(|replace| replace.len());
        assert_eq!(read(r#"{"Replace": {"a": "b", "c": ""}}"#).unwrap(), 2);
        assert_eq!(read(r#"{"replace": {"a": "b"}, "other": 1}"#).unwrap(), 1);
        assert_eq!(read(r#"{"Replace": null}"#).unwrap(), 0);
        assert_eq!(read("{}").unwrap(), 0);
        for bad in ["", "[]", r#"{"Replace": 1}"#, r#"{"Replace": {"a": 1}}"#, r#"{"Replace": {"": "b"}}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn cleans_as_go_does() {
        assert_eq!(clean(Path::new("/a/./b/../c//d")), Path::new("/a/c/d"));
        assert_eq!(clean(Path::new("/../a")), Path::new("/a"));
    }
}
