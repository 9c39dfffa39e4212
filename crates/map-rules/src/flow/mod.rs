//! What functions do with locks, goroutines and maps: which locks guard which maps, and where they are missing.
//!
//! Each function is analysed once, what is called before what calls it; what it does is kept in a summary, in the
//! terms of its parameters.

mod branch;
mod call;
mod effect;
mod engine;
mod entry;
mod event;
mod expr;
mod facts;
mod guard;
mod judge;
mod known;
mod locals;
mod locks;
mod path;
mod race;
mod resolve;
mod state;
mod translate;
mod unit;
mod walk;

pub(crate) use event::Kind;
pub(crate) use guard::{Counts, Guard, Record, close, prepares};
pub(crate) use judge::{Case, Flow, findings};
pub(crate) use race::Pair;
pub(crate) use state::Held;
