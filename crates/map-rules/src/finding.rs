//! What a rule finds.

use go_syntax::Span;
use go_types::PkgId;

/// A piece of source.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The package.
    pub pkg: PkgId,
    /// The file, counted as in [`go_types::Package::files`].
    pub file: u32,
    /// From where to where.
    pub span: Span,
}

/// How sure a rule is of what it found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// It may well be right as it is.
    Low,
    /// Worth a look.
    Medium,
    /// Only such are shown if nothing else is asked for.
    High,
}

/// Something that a rule found.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How sure it is.
    pub confidence: Confidence,
    /// Where.
    pub place: Place,
    /// The function around it, as stacks have it, without the package.
    pub function: String,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What else to look at: other accesses, where the lock is taken, where the map should be made.
    pub notes: Vec<(Place, String)>,
    /// How to mend it, in one sentence.
    pub help: String,
    /// The change that mends it for certain.
    pub fix: Option<Fix>,
}

/// A change of the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What is replaced; of no length for an insertion.
    pub place: Place,
    /// What takes its place.
    pub text: String,
}
