//! Where Go programs write maps, and which of those writes are unsafe. Reads no files.

mod context;
mod finding;
mod flow;
mod resolve;
pub mod rules;
mod sites;

pub use finding::{Confidence, Finding, Fix, Place};
pub use resolve::{Resolved, resolve};
pub use sites::{Op, Site, Why, sites};
