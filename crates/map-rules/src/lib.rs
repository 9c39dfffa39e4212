//! Where Go programs write maps, and which of those writes are unsafe. Reads no files.

pub mod allow;
mod context;
mod finding;
mod operations;
mod resolve;
pub mod rules;
mod sites;

pub use finding::{Confidence, Finding, Fix, Place};
pub use operations::{Operation, operations};
pub use resolve::{Resolved, resolve};
pub use sites::{Op, Site, Why, sites};
