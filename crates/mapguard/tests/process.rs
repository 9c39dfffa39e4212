//! The command as a process: signals, several at once, killed, with a full disk, on a terminal. With
//! the go on the PATH.

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};

use common::module::{module, place, same};
use common::{Did, MAPGUARD, Place};

/// Sends a signal to a process, or with a minus to its group, once it has said that it is ready.
fn interrupted(
    place: &Place,
    program: &str,
    words: &str,
    signal: &str,
    whole_group: bool,
) -> (Option<i32>, Option<i32>, String) {
    let mut child = place
        .command(program, words)
        .process_group(0)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    reader.read_line(&mut said).unwrap();
    let to = if whole_group { format!("-{}", child.id()) } else { child.id().to_string() };
    assert!(Command::new("kill").args(["-s", signal, "--", &to]).status().unwrap().success());
    let status = child.wait().unwrap();
    // What the killed go left running holds the pipe: end it too.
    if !whole_group {
        let _ = Command::new("kill").args(["-s", "KILL", "--", &format!("-{}", child.id())]).status();
    }
    for line in reader.lines() {
        said += &format!("{}\n", line.unwrap());
    }
    (status.code(), status.signal(), said)
}

#[test]
fn signals_reach_the_program() {
    let place = place("signals");
    place.file("go.mod", "module example.com/m\n\ngo 1.21\n");
    place.file(
        "main.go",
        r#"package main

import (
	"os"
	"os/signal"
	"time"
)

func main() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	os.Stdout.WriteString("ready\n")
	select {
	case s := <-c:
		os.Stdout.WriteString(s.String() + "\n")
		os.Exit(3)
	case <-time.After(time.Minute):
	}
}
"#,
    );
    // Ctrl-C: the whole group is told, and go waits for the program.
    let ours = interrupted(&place, MAPGUARD, "run .", "INT", true);
    assert_eq!(ours, (Some(1), None, "ready\ninterrupt\n".into()));
    assert_eq!(ours, interrupted(&place, "go", "run .", "INT", true));
    // To the command alone: it is go by then.
    let ours = interrupted(&place, MAPGUARD, "run .", "TERM", false);
    assert_eq!((ours.0, ours.1), (None, Some(15)));
    assert_eq!(ours, interrupted(&place, "go", "run .", "TERM", false));
}

#[test]
fn several_at_once_with_an_empty_cache() {
    let mut place = place("at-once");
    module(&mut place);
    let cache = place.path("empty");
    place.set("XDG_CACHE_HOME", &cache);
    let start = |words: &str| {
        place.command(MAPGUARD, words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children = ["build -o a", "build -o b -tags special", "test", "run ."].map(start);
    for child in children {
        let did = Did::from(child.wait_with_output().unwrap());
        assert_eq!(did.code, 0, "{did:?}");
    }
    let names: Vec<String> = fs::read_dir(cache.join("mapguard"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    // A command that is killed while it makes its entry, or at any other moment.
    for wait in [1, 5, 20, 60] {
        let _ = fs::remove_dir_all(&cache);
        let mut child = start("build -o a");
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(same(&place, "build -o a").code, 0);
    }
    // An entry that lost its files is made anew.
    let entry = cache.join("mapguard").join(&names[0]);
    fs::remove_file(entry.join("overlay.json")).unwrap();
    assert_eq!(same(&place, "build -o a").code, 0);
    assert!(entry.join("overlay.json").is_file());
}

#[test]
fn a_goroot_that_moved() {
    let mut place = place("goroot");
    module(&mut place);
    let cache = place.path("cache");
    place.set("XDG_CACHE_HOME", &cache);
    let entries = || fs::read_dir(cache.join("mapguard")).unwrap().count();
    assert_eq!(same(&place, "run .").code, 0);
    assert_eq!(entries(), 1);
    let root = place.run("go", "env GOROOT").stdout;
    let moved = place.path("moved");
    std::os::unix::fs::symlink(root.trim(), &moved).unwrap();
    place.set("GOROOT", moved);
    for _ in 0..2 {
        assert_eq!(same(&place, "run .").code, 0);
        assert_eq!(entries(), 2);
    }
}

#[test]
fn a_full_disk() {
    let mut place = place("full-disk");
    module(&mut place);
    let disk = place.path("disk");
    fs::create_dir_all(&disk).unwrap();
    let mount = place.command("mount", "-t tmpfs -o size=64k none").arg(&disk).output().unwrap();
    if !mount.status.success() {
        eprintln!("not tried: no right to mount");
        return;
    }
    place.set("XDG_CACHE_HOME", &disk);
    let did = place.mapguard("build");
    let left = fs::read_dir(disk.join("mapguard")).map_or(0, Iterator::count);
    assert!(place.command("umount", "").arg(&disk).status().unwrap().success());
    assert_eq!(did.code, 2);
    let said = place.anonymous(&did.stderr);
    assert_eq!(
        said,
        "mapguard: cannot write to the cache, [DIR]/disk/mapguard: No space left on device (os error 28)\n  \
         nothing was kept; make room there (mapguard clean, go clean -cache), or set XDG_CACHE_HOME to another folder\n"
    );
    assert_eq!(left, 0);
}

#[test]
fn the_first_use_is_told_on_a_terminal() {
    let mut place = place("terminal");
    module(&mut place);
    let cache = place.path("empty");
    place.set("XDG_CACHE_HOME", &cache);
    let on_a_terminal = || {
        let mut script = place.command("script", "-qec");
        let did = script.arg(format!("{MAPGUARD} build -o /dev/null")).arg("/dev/null").output();
        did.map(|output| String::from_utf8(output.stdout).unwrap())
    };
    let Ok(first) = on_a_terminal() else {
        eprintln!("not tried: no script(1)");
        return;
    };
    assert!(first.starts_with("mapguard: first use with go1."), "{first}");
    assert_eq!(on_a_terminal().unwrap(), "");
    fs::remove_dir_all(&cache).unwrap();
    assert_eq!(place.mapguard("build -o /dev/null"), Did::default());
}
