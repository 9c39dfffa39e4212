//! Standard output. A reader that has gone is no error.

use std::fmt;
use std::io::{self, Write};

/// Writes one line.
pub(crate) fn line(text: fmt::Arguments<'_>) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Like `println!`, but it does not end the program when nobody listens any more.
macro_rules! say {
    ($($text:tt)*) => { $crate::say::line(format_args!($($text)*)) };
}
pub(crate) use say;
