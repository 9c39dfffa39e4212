//! Turns `go test`, `go run` and `go build` into commands that build guarded programs.
//!
//! Three means, all of them the go command's own:
//!
//! * `-tags race`: the runtime and the standard library call the race detector's hooks, at map
//!   operations and synchronisation; unlike `-race` no memory access is instrumented.
//! * `-overlay`: some files of the standard library are read from the cache instead ([`patch`]), so
//!   that the hooks lead to the guard. GOROOT itself stays as it is, and so do file names in stacks.
//! * `-toolexec`: the compiler is told, package by package, to leave calls of sync/atomic calls,
//!   and the linker which options the program starts with ([`toolexec`]).

pub mod cache;
pub mod command;
pub mod flags;
pub mod go;
pub mod options;
pub mod patch;
pub mod toolexec;

mod error;
mod merge;

pub use error::Error;

/// Bytes of addresses that a guarded program reserves when it starts (not memory: few are touched).
pub const ADDRESS_SPACE: u64 = guard_runtime::layout::SIZE as u64;
