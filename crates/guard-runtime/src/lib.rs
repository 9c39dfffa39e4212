//! The guard's part inside a Go program: the functions that race.go calls at every map operation
//! and synchronisation, on top of the detector of `happens-before`.
//!
//! It runs on the g0 stack of any thread, cannot be preempted by Go, and may be interrupted by
//! signals. It has no variables (all state is in the region of `layout.rs`), calls nobody but the
//! kernel and, for names, the Go runtime, and cannot panic. Where it runs out of room it says so
//! once and stops guarding; the program goes on.

#![cfg_attr(not(test), no_std)]
#![allow(clippy::missing_safety_doc)]

pub mod layout;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod cells;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod entry;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod ops;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod options;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod out;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod region;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod report;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod sites;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod stacks;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod sweep;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod symbols;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod sys;
