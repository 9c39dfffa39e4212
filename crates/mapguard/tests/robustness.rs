//! Hard programs (testdata/robust), plain and guarded side by side: what they do is the same, no alarm
//! is raised where there is no race, and what the guard costs stays in proportion. MAPGUARD_LONG=1 does more.
//!
//! Nothing is said of seconds: numbers are compared within a run, or between two of the same program.

mod common;
mod robust;

use std::path::Path;

use robust::{Programs, long, sized, source};

#[test]
fn programs_do_the_same() {
    let programs = Programs::get();
    for words in [
        sized("manygoroutines 20000", "manygoroutines 100000"),
        sized("maps 200000", "maps 1000000"),
        sized("gogc1 1000", "gogc1 20000"),
        sized("procs 100", "procs 2000"),
        sized("preempt 2", "preempt 20"),
        sized("forkexec 40", "forkexec 1000"),
        sized("signals 200", "signals 3000"),
        "finalizers 20000 1000",
        sized("stacks 10000", "stacks 100000"),
        "mappanics",
        sized("elsewhere 1000", "elsewhere 10000"),
        sized("profiling 2", "profiling 50"),
    ] {
        programs.same(words);
    }
}

#[test]
fn programs_do_the_same_on_the_oldest_release() {
    let Some(programs) = Programs::oldest() else { return };
    for words in [
        "maps 100000",
        "gogc1 1000",
        "finalizers",
        "signals 100",
        "stacks",
        "mappanics",
        "elsewhere 500",
        "profiling 1",
    ] {
        programs.same(words);
    }
    if long() {
        for words in ["manygoroutines", "churn 1000000", "procs", "preempt", "forkexec", "paths", "readers"] {
            programs.same(words);
        }
    }
}

#[test]
fn memory_is_in_proportion() {
    let programs = Programs::get();
    for (words, most) in
        [("bigmap", 1.25), ("blocked", 1.25), (sized("manygoroutines 20000", "manygoroutines 100000"), 1.35)]
    {
        let (plain, guarded) = programs.same(words);
        let ratio = guarded.number("peak") / plain.number("peak");
        eprintln!("{words}: peak {ratio:.2} of plain");
        assert!(ratio < most, "{words}: {ratio}");
    }
    // Where there is little besides what the guard keeps, it keeps that within bounds (kB).
    for (words, most) in [("paths 200000 14", 16_000.0), (sized("readers 2000", "readers"), 80_000.0)] {
        let (plain, guarded) = programs.same(words);
        let more = guarded.number("peak") - plain.number("peak");
        eprintln!("{words}: {more} kB more than plain");
        assert!(more < most, "{words}: {more} kB more than plain");
    }
}

#[test]
fn memory_does_not_grow_with_what_has_ended() {
    let (_, guarded) = Programs::get().same(sized("churn 2000000", "churn 10000000"));
    let rss = guarded.all("rss");
    let highest = |of: &[f64]| of.iter().copied().fold(0.0, f64::max);
    // A twentieth of all goroutines, then half, then all.
    let (early, half, all) = (rss[0], highest(&rss[..10]), highest(rss));
    eprintln!("resident after 1/20 of them {early} kB, at most {half} in the first half, {all} in all");
    assert!(rss.len() == 20 && all < half * 1.25 + 1024.0 && all < early * 3.0 + 4096.0, "{rss:?}");
}

#[test]
fn cost_does_not_grow_with_goroutines() {
    let programs = Programs::get();
    let words = sized("handoff 7 5000 200000", "handoff 15 20000 1000000");
    let (plain, guarded) = programs.same(words);
    for (run, kind) in [(&plain, "plain"), (&guarded, "guarded")] {
        let turn = |alive: &str| run.number(&format!("turn-{alive}")) / 1e3;
        let (before, after) = (run.number("before") / 1e3, run.number("after") / 1e3);
        eprintln!(
            "{kind}: a turn with 10 alive {:.0} ns, 1,000 {:.0}, 100,000 {:.0}; before others came and went {before:.0}, after {after:.0}",
            turn("10"),
            turn("1000"),
            turn("100000"),
        );
    }
    // Ten thousand times as many alive; caches alone make it several times as much in the plain program.
    let growth = |of: &str, to: &str| guarded.number(to) / guarded.number(of);
    assert!(growth("turn-10", "turn-100000") < 50.0, "with those alive");
    assert!(growth("before", "after") < 4.0, "with those that have ended");
    // One that comes and goes costs no more for the crowd that ended before than without one.
    let crowd = guarded.number("passing-after-crowd") / guarded.number("passing");
    eprintln!("one that comes and goes costs {crowd:.1} times as much after a crowd of 100,000");
    assert!(crowd < 8.0, "{crowd}");
}

#[test]
fn programs_end_as_ever() {
    let programs = Programs::get();
    for (how, code) in [
        ("return", 0),
        ("exit0", 0),
        ("exit3", 3),
        ("panic", 2),
        ("panic-elsewhere", 2),
        ("goexit", 4),
        ("goexit-alone", 2),
        ("deadlock", 2),
        ("unlock", 2),
        ("log", 1),
        ("abort", 2),
        ("kill", -1),
        ("term", -1),
        ("pipe", -1),
        ("overflow", 2),
        ("memory", 2),
    ] {
        let plain = programs.run("plain", &format!("exits {how}"));
        let guarded = programs.run("guarded", &format!("exits {how}"));
        assert_eq!((plain.did.code, guarded.did.code), (code, code), "{how}: {:?}", guarded.did);
        assert_eq!(guarded.did.stdout, plain.did.stdout, "{how}");
        // The first line names the cause; stacks differ in addresses. The guard may say before that
        // a heap is too large for it.
        let cause = |text: &str| text.lines().find(|line| !line.starts_with("mapguard: ")).map(str::to_owned);
        assert_eq!(cause(&guarded.did.stderr), cause(&plain.did.stderr), "{how}");

        // Where a race was found, only what would be success is not.
        let racing = programs.run("guarded", &format!("exits {how} race"));
        let expected = if code == 0 { 66 } else { code };
        assert_eq!(racing.did.code, expected, "{how}: {:?}", racing.did);
        assert_eq!(racing.did.stderr.matches("WARNING: DATA RACE").count(), 1, "{how}: {:?}", racing.did);
        assert_eq!(racing.did.stdout, format!("entries 2\n{}", plain.did.stdout), "{how}");
    }
}

#[test]
fn stacks_are_told_on_sigquit() {
    let run = Programs::get().run("guarded", "signals 10 quit");
    assert_eq!((run.did.code, run.did.stdout.as_str()), (2, "ok\n"), "{:?}", run.did);
    assert!(run.did.stderr.starts_with("SIGQUIT: quit\n") && run.did.stderr.contains("main.main()"));
}

#[test]
fn fatal_errors_of_go_itself_stay() {
    for (how, says) in
        [("write", "concurrent map writes"), ("read", "concurrent map"), ("iterate", "concurrent map")]
    {
        let run = Programs::get().run("guarded", &format!("fatal {how}"));
        assert!(run.did.stderr.contains("WARNING: DATA RACE"), "{how}: {:?}", run.did);
        // Go looks for it by chance, the guard does not.
        if run.did.stdout.is_empty() {
            assert!(
                run.did.code == 2 && run.did.stderr.contains(&format!("fatal error: {says}")),
                "{how}: {:?}",
                run.did
            );
        } else {
            assert_eq!(run.did.code, 66, "{how}: {:?}", run.did);
        }
    }
}

/// Programs for the tests of an absent guard: they use all that it hooks.
const UNGUARDED: [&str; 8] = [
    "maps 50000",
    "gogc1 500",
    "finalizers 5000",
    "signals 50",
    "mappanics",
    "elsewhere 200",
    "profiling 1",
    "churn 20000",
];

#[test]
fn without_room_for_its_addresses_it_says_so_once() {
    let programs = Programs::get();
    let limit = "ulimit -v 16000000";
    for words in UNGUARDED {
        let run = programs.run_with("guarded", words, &[], limit);
        assert!(run.did.code == 0 && run.did.stdout.ends_with("ok\n"), "{words}: {:?}", run.did);
        assert_eq!(run.did.stderr.matches("mapguard: ").count(), 1, "{words}: {:?}", run.did);
        assert!(run.did.stderr.contains("unguarded") && run.did.stderr.lines().count() == 1, "{:?}", run.did);
    }
    let racing = programs.run_with("guarded", "exits return race", &[], limit);
    assert_eq!((racing.did.code, racing.did.stdout.as_str()), (0, "entries 2\nok\n"), "{:?}", racing.did);
}

#[test]
fn reserved_addresses_do_not_count_as_memory() {
    let programs = Programs::get();
    let racing = programs.run_with("guarded", "exits return race", &[], "ulimit -d 1000000");
    assert_eq!((racing.did.code, racing.did.stdout.as_str()), (66, "entries 2\nok\n"), "{:?}", racing.did);
    // All memory locked, present and future, where the machine lets programs do that.
    let (plain, guarded) = programs.same("locked");
    let more = guarded.number("peak") / plain.number("peak");
    eprintln!("all memory locked: peak {more:.2} of plain");
    assert!(more < 2.0, "{more}");
}

#[test]
fn switched_off_it_is_silent() {
    let programs = Programs::get();
    let off = [("MAPGUARD_POLICY", "off")];
    for words in UNGUARDED.into_iter().chain(["exits return race"]) {
        let run = programs.run_with("guarded", words, &off, "");
        assert_eq!((run.did.code, run.did.stderr.as_str()), (0, ""), "{words}: {:?}", run.did);
        assert!(run.did.stdout.ends_with("ok\n"), "{words}: {:?}", run.did);
    }
}

#[test]
fn out_of_room_it_says_so_once_and_the_program_goes_on() {
    // Takes 3.5 GB and half a minute.
    if long() {
        let run = Programs::get().run("guarded", "room");
        assert_eq!((run.did.code, run.did.stdout.as_str()), (0, "ok\n"), "{:?}", run.did);
        assert!(
            run.did.stderr.starts_with("mapguard: out of room") && run.did.stderr.lines().count() == 1,
            "{:?}",
            run.did
        );
    }
}

#[test]
fn starting_is_cheap() {
    let (plain, guarded) = Programs::get().same("startup");
    let more = |name: &str| guarded.number(name) - plain.number(name);
    eprintln!("to start takes {} page faults and {} kB more", more("faults"), more("peak"));
    assert!(more("faults") < 200.0 && more("peak") < 2048.0);
}

#[test]
fn with_c_in_the_program() {
    if !std::process::Command::new("cc").arg("--version").output().is_ok_and(|output| output.status.success())
    {
        eprintln!("no cc: not tested");
        return;
    }
    let mut programs = Programs { place: common::module::place("robust-c") };
    programs.place.set("CGO_ENABLED", "1");
    programs.build_both("", "/cgo ./cgo");
    programs.same(sized("cgo 16 200", "cgo 64 5000"));

    programs.build_both("", "/plugged ./plugged");
    programs.build_both("-buildmode=plugin", "/part.so ./plugged/part");
    for kind in ["plain", "guarded"] {
        let part = programs.place.path(kind).join("part.so");
        let run = programs.run(kind, &format!("plugged {}", part.display()));
        assert_eq!((run.did.code, run.did.stdout.as_str(), run.did.stderr.as_str()), (0, "ok\n", ""));
    }

    programs.build_both("-buildmode=pie", "/pie ./maps");
    programs.same("pie 50000");

    programs.build_both("-buildmode=c-shared", "/libshared.so ./library");
    programs.build_both("-buildmode=c-archive", "/libarchive.a ./library");
    for kind in ["plain", "guarded"] {
        let folder = programs.place.path(kind);
        let compile = |library: &str, output: &str| {
            let user = source().join("library/user.txt");
            let words = format!("-x c {} -x none {library} -lpthread -o {output}", user.display());
            let did = programs.place.command("cc", &words).current_dir(&folder).output().unwrap();
            assert!(did.status.success(), "{did:?}");
        };
        compile(&format!("-L. -lshared -Wl,-rpath,{}", folder.display()), "user-shared");
        compile(Path::new("libarchive.a").to_str().unwrap(), "user-archive");
        for user in ["user-shared", "user-archive"] {
            let run = programs.run(kind, user);
            assert_eq!(
                (run.did.code, run.did.stdout.as_str(), run.did.stderr.as_str()),
                (0, "ok\n", ""),
                "{kind} {user}"
            );
        }
    }
}
