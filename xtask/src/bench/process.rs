//! Runs a program and measures it exactly: no polling, the time to the microsecond, memory to the KiB.

use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A program that has ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// It was killed because its time was over.
    pub(crate) late: bool,
    pub(crate) took: Duration,
    /// The most memory it had at once, in KiB.
    pub(crate) peak: u64,
}

/// Runs `command` with both outputs going to the file `output`; after `limit` it is killed.
pub(crate) fn run(command: &mut Command, output: &Path, limit: Duration) -> Result<Ended> {
    let file = File::create(output).with_context(|| format!("cannot write {}", output.display()))?;
    let second = file.try_clone().context("cannot open one file twice")?;
    command.stdin(Stdio::null()).stdout(file).stderr(second).process_group(0);
    let start = Instant::now();
    let child = command.spawn();
    let child = child.with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let id = child.id().cast_signed();
    let late = !ends_within(id, limit).context("cannot wait for a child")?;
    if late {
        // SAFETY: kill takes no pointers. The child has not been waited for: the group is its own.
        unsafe { libc::kill(-id, libc::SIGKILL) };
    }
    let (status, peak) = reap(id).context("cannot wait for a child")?;
    Ok(Ended { status, late, took: start.elapsed(), peak })
}

/// Waits until the child has ended; false if it has not within `limit`.
fn ends_within(id: i32, limit: Duration) -> io::Result<bool> {
    // SAFETY: the call takes no pointers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, id, 0) };
    let fd = i32::try_from(fd).ok().filter(|&fd| fd >= 0).ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the kernel has just handed it out, and nobody else knows it.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    let mut poll = libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    let limit = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
    loop {
        // SAFETY: one entry, which outlives the call.
        match unsafe { libc::poll(&mut poll, 1, limit) } {
            -1 if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
            -1 => return Err(io::Error::last_os_error()),
            ready => return Ok(ready > 0),
        }
    }
}

fn reap(id: i32) -> io::Result<(ExitStatus, u64)> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both pointers are to variables of the right types that outlive the call.
    if unsafe { libc::wait4(id, &mut status, 0, usage.as_mut_ptr()) } == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: zeros are a valid value, and wait4 has filled it in.
    let peak = unsafe { usage.assume_init() }.ru_maxrss;
    Ok((ExitStatus::from_raw(status), peak.cast_unsigned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, name: &str, limit: Duration) -> Ended {
        let output = std::env::temp_dir().join(format!("xtask-bench-{name}-{}", std::process::id()));
        let ended = run(Command::new("sh").args(["-c", script]), &output, limit).unwrap();
        std::fs::remove_file(&output).unwrap();
        ended
    }

    #[test]
    fn measures() {
        let ended = shell("sleep 0.1; exit 3", "measures", Duration::from_secs(60));
        assert_eq!((ended.status.code(), ended.late), (Some(3), false));
        assert!(ended.took >= Duration::from_millis(100) && ended.peak > 0);
    }

    #[test]
    fn kills_what_is_late() {
        let ended = shell("sleep 60 & sleep 60", "late", Duration::from_millis(50));
        assert!(ended.late && ended.took < Duration::from_secs(30));
    }
}
