//! Findings as text, JSON, SARIF, GitHub annotations and JUnit: one [`Diagnostic`], one module for each format.
//!
//! Knows nothing of Go, reads and writes nothing: files come in as text, reports go out as text.

mod baseline;
mod diagnostic;
mod edit;
mod files;
mod fingerprint;
pub mod github;
pub mod json;
pub mod junit;
pub mod sarif;
pub mod text;

pub use baseline::{Baseline, BaselineError, Entry};
pub use diagnostic::{Access, Confidence, Diagnostic, Edit, Note, Report, RuleInfo, Severity, Summary};
pub use edit::{apply, diff};
pub use files::{Files, LineCol, Place};
pub use fingerprint::fingerprint;
