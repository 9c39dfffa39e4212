//! mapguard.toml: found and read.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::{ConfigError, FILE, KEYS, Layer, check};

/// The file for work in `folder`: the nearest one, looked for up to the folder of the go.work or else
/// of the go.mod. Outside of both only the folder itself is looked at: what lies above, say in
/// /tmp, may be somebody else's.
pub(super) fn find(folder: &Path, gowork: Option<&OsStr>) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder).ok()?;
    let nearest = |name: &str| folder.ancestors().find(|above| above.join(name).is_file());
    let work = if gowork.is_some_and(|value| value == "off") { None } else { nearest("go.work") };
    let top = work.or_else(|| nearest("go.mod")).unwrap_or(&folder);
    let mut above = folder.ancestors().take_while(|above| above.starts_with(top));
    let file = above.find_map(|above| Some(above.join(FILE)).filter(|file| file.is_file()))?;
    // Short where it can be: people read it in messages.
    let here = env::current_dir().and_then(fs::canonicalize);
    let short = here.ok().and_then(|here| file.strip_prefix(here).ok().map(Path::to_owned));
    Some(short.unwrap_or(file))
}

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) layer: Layer,
    pub(super) check: check::Table,
}

/// The table for `mapguard check`.
const CHECK: &str = "check";

/// Reads the file. Its relative go command is relative to its folder.
pub(super) fn read(path: &Path) -> Result<File, ConfigError> {
    let text =
        fs::read_to_string(path).map_err(|error| ConfigError::Read { path: path.to_owned(), error })?;
    let mut file = parse(path, &text)?;
    // A bare name is looked for on the PATH.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let go = file.layer.go;
    file.layer.go = go.map(|go| if go.components().count() > 1 { folder.join(go) } else { go });
    Ok(file)
}

pub(super) fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    let path = || path.to_owned();
    let line = |offset: usize| text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| ConfigError::Toml {
        path: path(),
        line: error.span().map_or(1, |span| line(span.start)),
        message: error.message().to_owned(),
    })?;
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut file = File::default();
    for (key, value) in entries {
        let at = line(key.span().start);
        let name = key.get_ref().to_string();
        if name == CHECK {
            match value.get_ref() {
                DeValue::Table(table) => file.check = check::parse(&path(), table, &line)?,
                other => return Err(ConfigError::kind(&path(), at, &name, "a table", other)),
            }
            continue;
        }
        if !KEYS.contains(&name.as_str()) {
            let keys = KEYS.into_iter().chain([CHECK]).collect();
            return Err(ConfigError::Key { path: path(), line: at, key: name, keys });
        }
        match value.get_ref() {
            DeValue::String(text) => {
                let place = format!("{}:{at}: {name}", path().display());
                file.layer.set(&name, OsStr::new(text.as_ref()), place)?;
            }
            other => return Err(ConfigError::kind(&path(), at, &name, "a string", other)),
        }
    }
    Ok(file)
}
