//! Small trees of files, loaded without a go command.

mod cache;
mod errors;
mod graph;
mod modules;
#[cfg(unix)]
mod seen;
mod trees;
