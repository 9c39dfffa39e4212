//! Where Go programs write maps, and which of those writes are unsafe. Reads no files.

mod resolve;

pub use resolve::{Resolved, resolve};
