//! A process that writes is killed, again and again: what it had acknowledged is there, and no half batch.
//!
//! The process is this program, started with the name of a folder in its environment.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::{env, fs, thread};

use putall::durable::{Durable, OpenError, SyncMode};
use putall::{Batch, Map};

const FOLDER: &str = "PUTALL_KILL_FOLDER";
const MODE: &str = "PUTALL_KILL_MODE";
const THREADS: u64 = 3;
const KEYS: u64 = 10;
/// What begins a line of the process that is about batches; the test harness writes others.
const ACKNOWLEDGED: &str = "acknowledged ";

type Rounds = Durable<(u64, u64), u64>;

fn open(folder: &Path, mode: &str) -> Result<Rounds, OpenError> {
    let mode = match mode {
        "each" => SyncMode::Each,
        "group" => SyncMode::Group,
        _ => SyncMode::None,
    };
    // Small, so that a checkpoint is often being written when the end comes.
    Map::builder().durable(folder).sync(mode).checkpoint_after(4000).open()
}

/// The round that all keys of a thread have; 0 if it has none yet.
fn round(map: &Rounds, thread: u64) -> u64 {
    let keys: Vec<_> = (0..KEYS).map(|key| (thread, key)).collect();
    let rounds = map.get_many(&keys);
    assert!(rounds.iter().all(|round| *round == rounds[0]), "half a batch: {rounds:?}");
    rounds[0].unwrap_or(0)
}

/// Not a test of its own: what the process does.
#[test]
fn process_that_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let map = open(Path::new(&folder), &env::var(MODE).unwrap()).unwrap();
    // Past the harness, which would keep what is printed.
    let out = Mutex::new(std::io::stdout());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (map, out) = (&map, &out);
            scope.spawn(move || {
                for round in round(map, thread) + 1.. {
                    let batch: Batch<_, _> = (0..KEYS).map(|key| ((thread, key), round)).collect();
                    let revision = map.put_all(batch).unwrap().revision;
                    let mut out = out.lock().unwrap();
                    writeln!(out, "\n{ACKNOWLEDGED}{thread} {round} {revision}").unwrap();
                    out.flush().unwrap();
                }
            });
        }
    });
}

fn start(folder: &Path, mode: &str) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "process_that_is_killed", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(MODE, mode)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    (child, lines)
}

/// A batch that was acknowledged: thread, round, revision.
fn acknowledged(line: &str) -> Option<[u64; 3]> {
    let mut numbers = line.strip_prefix(ACKNOWLEDGED)?.split(' ').map(str::parse);
    // The last line may be cut.
    Some([numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?])
}

/// The most recent of each thread and of all, until `enough` were read.
#[derive(Default)]
struct Seen {
    rounds: HashMap<u64, u64>,
    revision: u64,
}

impl Seen {
    /// Returns how many there were.
    fn read(&mut self, lines: &mut BufReader<ChildStdout>, enough: usize) -> usize {
        let mut count = 0;
        let mut line = String::new();
        while count < enough && lines.read_line(&mut line).unwrap() > 0 {
            if let Some([thread, round, revision]) = line.strip_suffix('\n').and_then(acknowledged) {
                self.rounds.insert(thread, round);
                self.revision = self.revision.max(revision);
                count += 1;
            }
            line.clear();
        }
        count
    }
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kill-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

fn kill_again_and_again(mode: &str, times: usize) {
    let folder = folder(mode);
    let mut seen = Seen::default();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for time in 0..times {
        let (mut child, mut lines) = start(&folder, mode);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let enough = 1 + (random % 60) as usize;
        assert_eq!(seen.read(&mut lines, enough), enough, "the process ended by itself");
        child.kill().unwrap();
        // What it said before it was dead.
        seen.read(&mut lines, usize::MAX);
        child.wait().unwrap();

        let map = open(&folder, mode).unwrap();
        let revision = map.revision();
        assert!(revision >= seen.revision, "{mode}, {time}: {revision} of {}", seen.revision);
        assert!(revision <= seen.revision + THREADS, "one batch of each thread may be in doubt");
        let mut rounds = 0;
        for thread in 0..THREADS {
            let found = round(&map, thread);
            let said = seen.rounds.get(&thread).copied().unwrap_or(0);
            assert!((said..=said + 1).contains(&found), "{mode}, {time}: {found} of {said}");
            seen.rounds.insert(thread, found);
            rounds += found;
        }
        assert_eq!(revision, rounds, "each batch is a revision");
        seen.revision = revision;
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn in_groups() {
    kill_again_and_again("group", 20);
}

#[test]
fn each_by_itself() {
    kill_again_and_again("each", 10);
}

#[test]
fn without_syncs() {
    kill_again_and_again("none", 20);
}

#[test]
fn a_folder_of_another_process_is_locked_until_that_is_dead() {
    let folder = folder("locked");
    let (mut child, mut lines) = start(&folder, "group");
    assert_eq!(Seen::default().read(&mut lines, 1), 1);
    let error = open(&folder, "group").unwrap_err();
    assert!(matches!(error, OpenError::Locked(_)), "{error}");
    child.kill().unwrap();
    child.wait().unwrap();
    drop(lines);
    assert!(open(&folder, "group").unwrap().revision() > 0);
    fs::remove_dir_all(&folder).unwrap();
}
