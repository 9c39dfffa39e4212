//! `GOFLAGS`: what of it says which packages there are.

use std::path::PathBuf;

use crate::{Error, ModMode};

/// What `GOFLAGS` sets.
#[derive(Default, Debug, PartialEq)]
pub(crate) struct Flags {
    pub(crate) tags: Vec<String>,
    /// `race`, `msan` and `asan` are tags too.
    pub(crate) sanitizers: Vec<String>,
    pub(crate) mod_mode: Option<ModMode>,
    pub(crate) mod_file: Option<PathBuf>,
}

impl Flags {
    /// Reads `GOFLAGS`. Flags that change nothing here are passed over.
    pub(crate) fn parse(text: &str) -> Result<Flags, Error> {
        let mut flags = Flags::default();
        for word in words(text) {
            let flag = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).unwrap_or(&word);
            let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
            match name {
                "tags" => flags.tags = tags(value),
                "race" | "msan" | "asan" if !matches!(value, "0" | "false") => {
                    flags.sanitizers.push(name.to_owned());
                }
                "mod" => flags.mod_mode = mode(value)?,
                "modfile" if !value.is_empty() => flags.mod_file = Some(PathBuf::from(value)),
                _ => {}
            }
        }
        Ok(flags)
    }
}

/// The tags of `-tags`: by commas, or by blanks as in old times.
fn tags(value: &str) -> Vec<String> {
    value.split([',', ' ', '\t']).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

fn mode(value: &str) -> Result<Option<ModMode>, Error> {
    match value {
        "" => Ok(None),
        "vendor" => Ok(Some(ModMode::Vendor)),
        "mod" | "readonly" => Ok(Some(ModMode::Cache)),
        _ => Err(Error::Setting(format!("GOFLAGS: -mod={value}: it is `vendor`, `readonly` or `mod`"))),
    }
}

/// The words of a line; a word that starts with a quote ends with it.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_ascii_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '\'' | '"' => rest[1..].split_once(first).unwrap_or((&rest[1..], "")),
            _ => rest.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_ascii_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_matters() {
        let flags = Flags::parse("-buildvcs=false '-tags=a b,c' --mod=vendor -race -modfile=x.mod").unwrap();
        assert_eq!(flags.tags, ["a", "b", "c"]);
        assert_eq!(flags.sanitizers, ["race"]);
        assert_eq!(flags.mod_mode, Some(ModMode::Vendor));
        assert_eq!(flags.mod_file, Some(PathBuf::from("x.mod")));
        assert!(Flags::parse("-mod=x").is_err());
        assert_eq!(Flags::parse("").unwrap(), Flags::default());
    }
}
