//! One file per subcommand; test, run and build are one.

pub(crate) mod anchors;
pub(crate) mod check;
pub(crate) mod clean;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod go;
pub(crate) mod join;
pub(crate) mod sites;
