//! Package patterns and settings to the graph of Go packages: their files, their imports, their modules.
//!
//! What `go list -deps -test -json patterns` would say, in milliseconds. go itself is asked for its
//! environment, once, and for more only where go.mod does not say all; without go the result is what can
//! be known without it.
//!
//! Three things go does and this does not: it checks go.sum, it checks that vendor/modules.txt goes with go.mod, and
//! of packages whose tests are not asked for it looks at the tests all the same. A file that is broken keeps the
//! imports that could be read.
//!
//! ```no_run
//! use go_packages::{Settings, load};
//!
//! let settings = Settings { tests: true, ..Settings::new("shop", ["./..."]) };
//! let graph = load(&settings)?;
//! for package in &graph.packages {
//!     // What a package imports stands before it.
//!     println!("{} has {} files", package.path, package.files.len());
//! }
//! # Ok::<(), go_packages::Error>(())
//! ```

mod disk;
mod env;
mod error;
mod find;
mod graph;
mod load;
mod modules;
mod patterns;
mod seen;
mod settings;
#[cfg(test)]
mod tests;
mod version;

pub use error::{Error, Note, PackageError, Place};
pub use graph::{File, FileKind, Graph, Import, Module, ModuleId, Package, PackageId, PackageKind};
pub use load::{load, load_seen};
pub use seen::Seen;
pub use settings::{Environment, GoCommand, ModMode, Overlay, Settings};
