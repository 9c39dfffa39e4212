//! How far the check is, shown on a terminal when it takes longer than a second.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// When it is shown first, and how often it changes then.
const FIRST: Duration = Duration::from_secs(1);
const NEXT: Duration = Duration::from_millis(100);

/// It goes away when it is dropped.
pub(super) struct Progress {
    state: Arc<State>,
    /// Dropped to end the thread.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct State {
    packages: usize,
    done: AtomicUsize,
    rule: Mutex<&'static str>,
}

impl Progress {
    /// For so many packages.
    pub(super) fn new(packages: usize) -> Progress {
        let state = Arc::new(State { packages, done: AtomicUsize::new(0), rule: Mutex::new("") });
        if !io::stderr().is_terminal() {
            return Progress { state, end: None, thread: None };
        }
        let (end, ended) = mpsc::channel();
        let shown = Arc::clone(&state);
        let show = move || {
            let mut wait = FIRST;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = NEXT;
                // To the first column, and away with what was there.
                let _ = write!(io::stderr(), "\r\x1b[K{}", shown.text());
            }
            if wait == NEXT {
                let _ = write!(io::stderr(), "\r\x1b[K");
            }
        };
        // Without a thread there is no progress to be seen, and no harm done.
        let thread = thread::Builder::new().spawn(show).ok();
        Progress { state, end: Some(end), thread }
    }

    /// One package more is resolved.
    pub(super) fn step(&self) {
        self.state.done.fetch_add(1, Ordering::Relaxed);
    }

    /// A rule begins.
    pub(super) fn say(&self, rule: &'static str) {
        *self.state.rule.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = rule;
    }
}

impl State {
    fn text(&self) -> String {
        match *self.rule.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            "" => format!("reading: {} of {} packages", self.done.load(Ordering::Relaxed), self.packages),
            rule => format!("checking {} packages: {rule}", self.packages),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
