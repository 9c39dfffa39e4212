//! Programs that might hang: each has its time, and is killed and named when that is over.

use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What `command` did. Where it takes longer than `limit` it is killed, and the test fails, with `name` and what the
/// program had said by then.
pub(crate) fn output(command: &mut Command, limit: Duration, name: &str) -> Output {
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdout, stderr) = (read(child.stdout.take().unwrap()), read(child.stderr.take().unwrap()));
    let mut nap = Duration::from_millis(1);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            // What it started may go on, and has the pipes.
            let rest = |of: Receiver<_>| of.recv_timeout(Duration::from_secs(2)).unwrap_or_default();
            let (stdout, stderr) = (rest(stdout), rest(stderr));
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            panic!(
                "{name}: hangs (killed after {limit:?})\n--- stdout\n{}--- stderr\n{}",
                text(&stdout),
                text(&stderr)
            );
        }
        thread::sleep(nap);
        nap = (nap * 2).min(Duration::from_millis(20));
    };
    Output { status, stdout: stdout.recv().unwrap(), stderr: stderr.recv().unwrap() }
}

/// All that comes, once no more does.
fn read(mut from: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (send, receive) = channel();
    thread::spawn(move || {
        let mut all = Vec::new();
        from.read_to_end(&mut all).unwrap();
        // Nobody may be waiting for it any more.
        let _ = send.send(all);
    });
    receive
}
