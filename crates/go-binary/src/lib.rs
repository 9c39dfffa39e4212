//! What a Go executable knows of itself, without its source and also where its symbols are stripped.
//!
//! Go needs a part of what others call debug information to run: the table of functions and lines (pclntab)
//! serves stack traces and the garbage collector, so no option of the linker leaves it out. This crate reads it
//! from ELF, Mach-O and PE files of the Go releases 1.21 to 1.27 for x86-64 and arm64.
//!
//! The layers, each of which knows only those above it here:
//!
//! | Module | What it knows |
//! |---|---|
//! | [`image`] | segments, sections, addresses; what the loader would write (relocations) |
//! | [`build_info`], [`release`] | which Go release built it, from which modules |
//! | [`pclntab`] | functions, files, lines, the tree of inlined calls |
//! | [`calls`] | which instructions call a function |
//! | [`program`] | all of these, for one file |
//! | [`anchors`](mod@anchors) | which functions write maps, and where they are called |
//!
//! Nothing here does I/O: a file comes as bytes. No input makes it panic, and every loop ends.
//!
//! ```no_run
//! let file = std::fs::read("server")?;
//! let program = go_binary::Program::parse(&file)?;
//! for anchor in go_binary::anchors(&program) {
//!     let write = anchor.innermost();
//!     println!("{} {} {}:{}", anchor.operation, write.function, write.file, write.line);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod anchors;
pub mod build_info;
mod bytes;
pub mod calls;
mod error;
pub mod image;
pub mod names;
pub mod pclntab;
pub mod program;
pub mod release;

pub use anchors::{Anchor, Operation, anchors};
pub use build_info::BuildInfo;
pub use error::Error;
pub use image::Image;
pub use program::Program;
pub use release::Release;
