//! Where Go programs write maps, and which of those writes are unsafe. Reads no files.

pub mod allow;
mod context;
mod flow;
mod finding;
mod nilness;
mod operations;
mod parallel;
mod resolve;
pub mod rules;
mod sites;
mod storage;
mod writes;

pub use finding::{Confidence, Finding, Fix, Place};
pub use operations::{Operation, operations};
pub use resolve::{Resolved, resolve};
pub use sites::{Op, Site, Why, sites};
