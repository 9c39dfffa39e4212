//! Where Go programs write maps, and which of those writes are unsafe. Reads no files.

mod context;
mod resolve;
mod sites;

pub use resolve::{Resolved, resolve};
pub use sites::{Op, Site, Why, sites};
