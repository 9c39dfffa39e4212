//! Which files belong to a build: `//go:build` lines, `// +build` lines, and file names such as
//! `poll_linux_amd64.go`. As go/build has it.

mod constraint;
mod header;
mod target;

pub use constraint::{Constraint, ConstraintError};
pub use header::file_constraint;
pub use target::Target;
