//! What the command writes, and where.

use std::io::{self, ErrorKind, Write};
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
