//! Runs a program with a time limit, and measures it.

use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A program that has ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// It was stopped because its time was over.
    pub(crate) late: bool,
    pub(crate) took: Duration,
    /// The most memory that it, or a child it waited for, had at once, in MiB.
    pub(crate) peak: u64,
}

/// How long a Go program has to print its stacks after SIGQUIT.
const GRACE: Duration = Duration::from_secs(10);

/// Runs `command` with both outputs going to the file `output`. After `limit` it is stopped, with all
/// that it started; what it left running is stopped in any case.
pub(crate) fn run(command: &mut Command, output: &Path, limit: Duration) -> Result<Ended> {
    let file = File::create(output).with_context(|| format!("cannot write {}", output.display()))?;
    let second = file.try_clone().context("cannot open one file twice")?;
    let start = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(file).stderr(second).process_group(0).spawn();
    let child = child.with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let id = child.id().cast_signed();
    let mut late = false;
    let mut deadline = limit;
    loop {
        if let Some((status, peak)) = poll(id).context("cannot wait for a child")? {
            signal_group(id, libc::SIGKILL);
            return Ok(Ended { status, late, took: start.elapsed(), peak });
        }
        let now = start.elapsed();
        if now >= deadline {
            signal_group(id, if late { libc::SIGKILL } else { libc::SIGQUIT });
            late = true;
            deadline = now + GRACE;
        }
        // Exact to a hundredth, and cheap when it takes long.
        thread::sleep((now / 100).clamp(Duration::from_millis(1), Duration::from_millis(100)));
    }
}

/// How the child ended and its peak memory, if it has ended.
fn poll(id: i32) -> io::Result<Option<(ExitStatus, u64)>> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both pointers are to variables of the right types that outlive the call.
    let ended = unsafe { libc::wait4(id, &mut status, libc::WNOHANG, usage.as_mut_ptr()) };
    match ended {
        0 => Ok(None),
        -1 => Err(io::Error::last_os_error()),
        _ => {
            // SAFETY: zeros are a valid value, and wait4 has filled it in.
            let kib = unsafe { usage.assume_init() }.ru_maxrss;
            Ok(Some((ExitStatus::from_raw(status), kib.cast_unsigned() / 1024)))
        }
    }
}

/// Signals the child's process group. That it is empty by now is no error.
fn signal_group(id: i32, signal: i32) {
    // SAFETY: kill takes no pointers.
    unsafe { libc::kill(-id, signal) };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, name: &str, limit: Duration) -> (Ended, String) {
        let output = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let ended = run(Command::new("sh").args(["-c", script]), &output, limit).unwrap();
        let text = std::fs::read_to_string(&output).unwrap();
        std::fs::remove_file(&output).unwrap();
        (ended, text)
    }

    #[test]
    fn keeps_both_outputs_in_order() {
        let (ended, text) = shell("echo a; echo b >&2; exit 3", "child-order", Duration::from_secs(60));
        assert_eq!((ended.status.code(), ended.late, text.as_str()), (Some(3), false, "a\nb\n"));
    }

    #[test]
    fn stops_what_takes_too_long() {
        let (ended, _) = shell("sleep 60 & sleep 60", "child-late", Duration::from_millis(50));
        assert!(ended.late && !ended.status.success());
        assert!(ended.took < Duration::from_secs(30));
    }
}
