//! Names, the same in all packages.

use std::fmt;
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::intern::Interned;

/// A name of the program. Equal names are equal numbers, in whichever file they stand.
///
/// The lowest bit says whether it begins with an upper-case letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

impl Name {
    /// `_`, which is the first name of all.
    pub const BLANK: Name = Name(0);

    /// Whether this is `_`.
    pub fn is_blank(self) -> bool {
        self == Name::BLANK
    }

    /// Whether other packages can use what has this name.
    pub fn is_exported(self) -> bool {
        self.0 & 1 != 0
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "name{}", self.0)
    }
}

/// All names.
pub struct Names(Interned<Box<str>>);

impl Default for Names {
    fn default() -> Self {
        let names = Names(Interned::default());
        names.intern("_");
        names
    }
}

impl Names {
    /// The name with this text.
    pub fn intern(&self, text: &str) -> Name {
        let number = self.0.intern(
            text,
            |other| &**other == text,
            |other| FxBuildHasher.hash_one(&**other),
            || text.into(),
        );
        let exported = text.chars().next().is_some_and(char::is_uppercase);
        Name(number << 1 | u32::from(exported))
    }

    /// The text of a name.
    pub fn text(&self, name: Name) -> &str {
        self.0.get(name.0 >> 1)
    }
}
