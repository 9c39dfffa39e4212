//! The table `[check]` of mapguard.toml.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use report::{Confidence, Severity};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigError;

/// What the table says. Paths and patterns are relative to the folder of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// The only rules that run, by name or group.
    pub(crate) rules: Option<Vec<String>>,
    /// Rules that do not run.
    pub(crate) disable: Vec<String>,
    /// How bad the findings of rules are.
    pub(crate) severity: BTreeMap<String, Severity>,
    /// Files that are reported of; all if it is empty.
    pub(crate) paths: Vec<String>,
    /// Files that are not.
    pub(crate) exclude: Vec<String>,
    /// Functions that lock.
    pub(crate) locks: Vec<String>,
    /// Functions that give something else each time.
    pub(crate) sources: Vec<String>,
    /// The least confidence that is shown.
    pub(crate) confidence: Option<Confidence>,
    /// Findings that are known.
    pub(crate) baseline: Option<PathBuf>,
    /// The folder of the file.
    pub(crate) folder: PathBuf,
}

/// All its keys.
pub(crate) const KEYS: [&str; 9] =
    ["rules", "disable", "severity", "paths", "exclude", "locks", "sources", "confidence", "baseline"];

/// What all these take.
type Value<'a> = Spanned<DeValue<'a>>;

/// Reads the table.
pub(super) fn parse(
    path: &Path,
    table: &DeTable<'_>,
    line: &impl Fn(usize) -> usize,
) -> Result<Table, ConfigError> {
    let mut out = Table { folder: folder(path), ..Table::default() };
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let name: &str = key.get_ref();
        let read = Reader { path, key: format!("check.{name}"), line: line(key.span().start) };
        match name {
            "rules" => out.rules = Some(read.words(value, &known(true))?),
            "disable" => out.disable = read.words(value, &known(true))?,
            "severity" => out.severity = read.severities(value, line)?,
            "paths" => out.paths = read.list(value)?,
            "exclude" => out.exclude = read.list(value)?,
            "locks" => out.locks = read.functions(value)?,
            "sources" => out.sources = read.functions(value)?,
            "confidence" => {
                let word = read.word(value, Confidence::WORDS)?;
                out.confidence = Confidence::of_word(&word);
            }
            "baseline" => out.baseline = Some(out.folder.join(read.text(value)?)),
            _ => {
                let keys = KEYS.to_vec();
                return Err(ConfigError::Key { path: path.to_owned(), line: read.line, key: read.key, keys });
            }
        }
    }
    Ok(out)
}

fn folder(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// The names of all rules, and of groups too if wanted.
pub(crate) fn known(groups: bool) -> Vec<&'static str> {
    let rules = map_rules::rules::RULES;
    let mut names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
    if groups {
        names.extend(rules.iter().map(|rule| rule.group.as_str()));
        names.sort_unstable();
        names.dedup();
    } else {
        names.push(map_rules::allow::ALLOW);
    }
    names
}

/// Reads the value of one key.
struct Reader<'a> {
    path: &'a Path,
    key: String,
    line: usize,
}

impl Reader<'_> {
    fn kind(&self, wanted: &'static str, value: &Value<'_>) -> ConfigError {
        ConfigError::kind(self.path, self.line, &self.key, wanted, value.get_ref())
    }

    fn text(&self, value: &Value<'_>) -> Result<String, ConfigError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.kind("a string", value)),
        }
    }

    fn list(&self, value: &Value<'_>) -> Result<Vec<String>, ConfigError> {
        let wanted = "a list of strings";
        let DeValue::Array(items) = value.get_ref() else { return Err(self.kind(wanted, value)) };
        let text = |item: &Value<'_>| match item.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.kind(wanted, item)),
        };
        items.iter().map(text).collect()
    }

    /// A word of `words`.
    fn word(&self, value: &Value<'_>, words: &[&'static str]) -> Result<String, ConfigError> {
        let text = self.text(value)?;
        self.among(&text, words)?;
        Ok(text)
    }

    fn words(&self, value: &Value<'_>, words: &[&'static str]) -> Result<Vec<String>, ConfigError> {
        let list = self.list(value)?;
        list.iter().try_for_each(|word| self.among(word, words))?;
        Ok(list)
    }

    fn among(&self, word: &str, words: &[&'static str]) -> Result<(), ConfigError> {
        if words.contains(&word) {
            return Ok(());
        }
        let place = format!("{}:{}: {}", self.path.display(), self.line, self.key);
        Err(ConfigError::Value { place, value: word.into(), words: words.to_vec() })
    }

    /// Functions, each as `path.Func` or `path.Type.Method`.
    fn functions(&self, value: &Value<'_>) -> Result<Vec<String>, ConfigError> {
        let list = self.list(value)?;
        for name in &list {
            let last = name.rsplit('/').next().unwrap_or(name);
            if !last.contains('.')
                || last.split('.').any(str::is_empty)
                || last.contains(['(', ')', '*', ' '])
            {
                let place = format!("{}:{}: {}", self.path.display(), self.line, self.key);
                return Err(ConfigError::Function { place, name: name.clone() });
            }
        }
        Ok(list)
    }

    fn severities(
        &self,
        value: &Value<'_>,
        line: &impl Fn(usize) -> usize,
    ) -> Result<BTreeMap<String, Severity>, ConfigError> {
        let DeValue::Table(table) = value.get_ref() else { return Err(self.kind("a table", value)) };
        let mut out = BTreeMap::new();
        for (rule, value) in table {
            let name: &str = rule.get_ref();
            let read = Reader { line: line(rule.span().start), key: format!("{}.{name}", self.key), ..*self };
            let rules = known(false);
            if !rules.contains(&name) {
                let (line, key) = (read.line, read.key);
                return Err(ConfigError::Key { path: self.path.to_owned(), line, key, keys: rules });
            }
            let word = read.word(value, Severity::WORDS)?;
            out.extend(Severity::of_word(&word).map(|severity| (name.to_owned(), severity)));
        }
        Ok(out)
    }
}
