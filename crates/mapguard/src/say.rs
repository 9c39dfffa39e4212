//! What the command writes, and where.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use guard_build::Error;

/// The exit code of everything that is mapguard's own failure, and not go's or the program's.
pub(crate) const FAILED: u8 = 2;

/// Tells an error, and what it ends the command with.
pub(crate) fn failure(error: &anyhow::Error) -> ExitCode {
    if let Some(Error::GoEnv { message, code }) = error.downcast_ref() {
        // Go would have said the same: its words and its exit code, and nothing of ours.
        let _ = io::stderr().write_all(message.as_bytes());
        return ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(FAILED));
    }
    line(&format!("{error:#}"));
    ExitCode::from(FAILED)
}

/// One message on standard error. That nobody reads it is no reason to fail.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr(), "mapguard: {text}");
}

/// Writes to standard output; that the reader has left is no error.
pub(crate) fn out(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("cannot write to standard output"))
        }
        _ => Ok(()),
    }
}

/// Writes to standard output what has no colours; that the reader has left is no error.
pub(crate) fn out_plain(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("cannot write to standard output"))
        }
        _ => Ok(()),
    }
}

/// Whether people read standard output as it comes.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// How many columns standard output has, as far as text is to be that wide.
pub(crate) fn width() -> usize {
    let terminal = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let known = if is_terminal() { told.or_else(terminal) } else { None };
    // Wider, lines are hard to read.
    known.unwrap_or(report::text::WIDTH).min(120)
}

/// Bytes for people.
pub(crate) fn bytes(count: u64) -> String {
    let mut amount = count as f64;
    for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
        if amount < 1024.0 || unit == "TiB" {
            return if unit == "B" { format!("{count} B") } else { format!("{amount:.1} {unit}") };
        }
        amount /= 1024.0;
    }
    format!("{count} B")
}
