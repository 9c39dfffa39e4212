//! Where Go programs write maps, and which of those writes are unsafe. Reads no files.

pub mod allow;
mod calls;
mod context;
mod finding;
mod flow;
mod life;
mod nilness;
mod operations;
mod parallel;
mod resolve;
mod retried;
pub mod rules;
mod sites;
mod storage;
mod taint;
mod writes;

pub use finding::{Confidence, Finding, Fix, Place};
pub use operations::{Operation, operations};
pub use resolve::{Resolved, resolve};
pub use sites::{Op, Site, Why, sites};
