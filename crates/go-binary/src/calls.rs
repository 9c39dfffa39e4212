//! Direct calls of given functions.
//!
//! Go calls its runtime by direct calls alone, so these are all. Calls through a table of the dynamic linker (`-linkshared`)
//! and through values of function type are not seen.

mod amd64;
mod arm64;

use crate::image::{Arch, Image};
use crate::pclntab::Function;

/// An instruction that calls a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Of the instruction.
    pub address: u64,
    /// Where it goes.
    pub target: u64,
    /// It is a jump: the callee returns to the caller's caller.
    pub is_tail: bool,
}

/// The calls in `function` that go to one of `targets`, which are in ascending order.
pub fn calls(image: &Image<'_>, function: &Function<'_, '_>, targets: &[u64]) -> Vec<Call> {
    let code = image.read(function.entry(), function.end() - function.entry());
    let code = code.unwrap_or_default();
    match image.arch() {
        Arch::Amd64 => amd64::calls(code, function.entry(), targets),
        Arch::Arm64 => arm64::calls(code, function.entry(), targets),
    }
}
