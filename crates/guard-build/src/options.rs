//! What the user may choose about the guard in a program.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// What happens at a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Print it, go on, exit with 66 at the end; a test fails.
    #[default]
    Report,
    /// Print it and end the program as a fatal error.
    Panic,
    /// One line of JSON; exit codes and tests stay as they are.
    Log,
    /// Build guarded, but do not watch.
    Off,
}

/// How a finding is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people, and for those who read `-race` reports.
    Text,
    /// `mapguard.finding/1`, one line each.
    Json,
}

macro_rules! words {
    ($type:ident: $($variant:ident = $word:literal),*) => {
        impl $type {
            /// All words for it.
            pub const WORDS: &'static [&'static str] = &[$($word),*];
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $($type::$variant => $word),* })
            }
        }
        impl FromStr for $type {
            type Err = String;
            fn from_str(word: &str) -> Result<Self, String> {
                match word {
                    $($word => Ok($type::$variant),)*
                    _ => Err(format!("`{word}` is none of: {}", $type::WORDS.join(", "))),
                }
            }
        }
    };
}

words!(Policy: Report = "report", Panic = "panic", Log = "log", Off = "off");
words!(Format: Text = "text", Json = "json");

/// The options that a guarded program starts with. Its environment can change them:
/// `MAPGUARD_POLICY`, `MAPGUARD_FORMAT`, `MAPGUARD_OUTPUT`, `MAPGUARD_SITES`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// What happens at a finding.
    pub policy: Policy,
    /// How it is written; if `None`, JSON under the policy `log` and text otherwise.
    pub format: Option<Format>,
    /// The file that findings are appended to; standard error if `None`.
    pub output: Option<PathBuf>,
    /// The file that the sites that ran are appended to at exit; `-` is a table on standard error.
    pub sites: Option<PathBuf>,
}

impl Options {
    /// The list that the linker puts into the program; `options.rs` of guard-runtime reads it.
    pub fn to_list(&self) -> String {
        let mut items = Vec::new();
        if self.policy != Policy::default() {
            items.push(format!("policy={}", self.policy));
        }
        if let Some(format) = self.format {
            items.push(format!("format={format}"));
        }
        if let Some(output) = &self.output {
            items.push(format!("output={}", output.display()));
        }
        if let Some(sites) = &self.sites {
            items.push(format!("sites={}", sites.display()));
        }
        items.join(";")
    }
}
