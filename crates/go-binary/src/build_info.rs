//! What the linker wrote of the build: the Go version, modules and settings, as `go version -m` shows them.

use crate::bytes;
use crate::image::Image;

/// What begins the record (debug/buildinfo).
const MAGIC: &[u8] = b"\xff Go buildinf:";
/// The texts follow the head of the record, each after its length; so since Go 1.18.
const INLINE: u8 = 2;
/// Bytes of the head.
const HEAD: u64 = 32;
/// Where the byte of flags is in the head.
const FLAGS: usize = 15;
/// Bytes that mark either end of the text of modules.
const SENTINEL: usize = 16;

/// The record of a build. Everything is empty where the program does not say it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildInfo {
    /// For example `go1.27.3`.
    pub go_version: String,
    /// The import path of the main package.
    pub path: String,
    /// The module of the main package.
    pub main: Module,
    /// All other modules in the program.
    pub dependencies: Vec<Module>,
    /// For example `("CGO_ENABLED", "1")` and `("vcs.revision", "…")`.
    pub settings: Vec<(String, String)>,
}

/// A module and its version; a replaced module counts as what replaces it only in the version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Module {
    /// For example `github.com/acme/shop`.
    pub path: String,
    /// For example `v1.2.3`, or `(devel)`.
    pub version: String,
}

impl BuildInfo {
    /// Finds and reads the record; none if there is none.
    pub fn read(image: &Image<'_>) -> Option<BuildInfo> {
        let record = find(image)?;
        if record.get(FLAGS)? & INLINE == 0 {
            return None;
        }
        let mut rest = record.get(usize::try_from(HEAD).ok()?..)?;
        let go_version = take_text(&mut rest)?;
        let modules = take_text(&mut rest).unwrap_or_default();
        let mut info = BuildInfo { go_version: text(go_version), ..BuildInfo::default() };
        let inner = modules.get(SENTINEL..modules.len().saturating_sub(SENTINEL)).unwrap_or_default();
        info.read_modules(&text(inner));
        Some(info)
    }

    /// The value of a setting.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.settings.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Reads lines of words that tabs separate (runtime/debug.BuildInfo).
    fn read_modules(&mut self, text: &str) {
        for line in text.lines() {
            let words: Vec<&str> = line.split('\t').collect();
            let module = |path: &str, version: &str| Module { path: path.into(), version: version.into() };
            match words[..] {
                ["path", path] => self.path = path.into(),
                ["mod", path, version, ..] => self.main = module(path, version),
                ["dep", path, version, ..] => self.dependencies.push(module(path, version)),
                ["=>", _, version, ..] => {
                    if let Some(replaced) = self.dependencies.last_mut() {
                        replaced.version = version.into();
                    }
                }
                ["build", setting] => {
                    let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
                    self.settings.push((key.into(), value.trim_matches('"').into()));
                }
                _ => {}
            }
        }
    }
}

/// The record, to the end of its segment. It begins at a multiple of 16.
fn find<'a>(image: &Image<'a>) -> Option<&'a [u8]> {
    let begins = |bytes: &&'a [u8]| bytes.starts_with(MAGIC);
    let by_section = [".go.buildinfo", "__go_buildinfo"].iter().find_map(|name| image.section(name));
    if let Some(record) = by_section.and_then(|address| image.tail(address)).filter(begins) {
        return Some(record);
    }
    image.segments().iter().find_map(|segment| {
        let starts = (0..segment.data.len()).step_by(16);
        starts.filter_map(|at| segment.data.get(at..)).find(begins)
    })
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = bytes::take_varint(rest)?;
    let (taken, after) = rest.split_at_checked(usize::try_from(len).ok()?)?;
    *rest = after;
    Some(taken)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_modules_and_settings() {
        let mut info = BuildInfo::default();
        info.read_modules(
            "path\texample.com/shop/cmd\nmod\texample.com/shop\tv1.2.3\th1:x\ndep\tgolang.org/x/sys\tv0.1.0\n\
             =>\t../sys\t(devel)\t\nbuild\tCGO_ENABLED=0\nbuild\t-ldflags=\"-s -w\"\nwhat\never\n",
        );
        assert_eq!(info.path, "example.com/shop/cmd");
        assert_eq!(info.main, Module { path: "example.com/shop".into(), version: "v1.2.3".into() });
        assert_eq!(
            info.dependencies,
            [Module { path: "golang.org/x/sys".into(), version: "(devel)".into() }]
        );
        assert_eq!(info.setting("CGO_ENABLED"), Some("0"));
        assert_eq!(info.setting("-ldflags"), Some("-s -w"));
        assert_eq!(info.setting("GOOS"), None);
    }

    #[test]
    fn reads_a_record() {
        let mut record = vec![0; 32];
        record[..MAGIC.len()].copy_from_slice(MAGIC);
        record[FLAGS] = INLINE;
        record.extend(b"\x08go1.27.3");
        record.extend([16 + 7 + 16]);
        record.extend([b'<'; SENTINEL]);
        record.extend(b"path\tx\n");
        record.extend([b'>'; SENTINEL]);
        let mut data = vec![0; 48];
        data.extend(&record);
        let info = BuildInfo::read(&Image::of_segment(0x1000, &data)).unwrap();
        assert_eq!((info.go_version.as_str(), info.path.as_str()), ("go1.27.3", "x"));
        // A record that ends too early.
        let cut = &data[..data.len() - 60];
        assert_eq!(BuildInfo::read(&Image::of_segment(0x1000, cut)), None);
    }
}
