//! What follows the subcommand works as it does with go: both side by side, with the go on the PATH.

mod common;

use std::fs;

use common::module::{events, module, place, same};
use common::{Did, MAPGUARD, Place};

fn with_module(name: &str) -> Place {
    let mut place = place(name);
    module(&mut place);
    place
}

#[test]
fn tests_pass_and_fail_as_ever() {
    let mut place = with_module("pass");
    assert_eq!(same(&place, "test").code, 0);
    assert_eq!(same(&place, "test ./...").code, 0);
    assert!(same(&place, "test -v -run Greeting").stdout.contains("hello none none"));
    assert!(!same(&place, "test -v -run=Other -count 2 -cpu 1,2 .").stdout.contains("hello"));
    assert!(same(&place, "test -v -tags special").stdout.contains("hello none special"));
    assert!(same(&place, "test -cover").stdout.contains("coverage: "));
    assert!(same(&place, "test -v . -args -tags y --policy z").stdout.contains("flags y z"));
    assert!(same(&place, "test -v . -policy z -tags special").stdout.contains("hello none special"));
    place.set("FAIL", "1");
    let failed = same(&place, "test -count=1");
    assert_eq!(failed.code, 1);
    assert!(failed.stdout.contains("told to fail"));
}

#[test]
fn json_events() {
    let place = with_module("json");
    let (plain, guarded) = (place.run("go", "test -json"), place.mapguard("test -json"));
    assert_eq!((guarded.code, &guarded.stderr), (plain.code, &plain.stderr));
    assert_eq!(events(&guarded.stdout), events(&plain.stdout));
}

#[test]
fn fuzzing() {
    let place = with_module("fuzz");
    let did = place.mapguard("test -run XXX -fuzz FuzzGreeting -fuzztime 20x -parallel 1");
    assert_eq!(did.code, 0, "{did:?}");
    assert!(did.stdout.contains("fuzz: elapsed"), "{did:?}");
}

/// Go's own message and exit code, and nothing else.
#[test]
fn what_is_wrong_go_says() {
    let place = with_module("wrong");
    place.file("broken/broken.go", "package broken\n\nfunc f() int { return \"x\" + undefined }\n");
    place.file(
        "broken/broken_test.go",
        "package broken\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {}\n",
    );
    place.file("syntax/syntax.go", "package syntax\n\nfunc {\n");
    place.file("vetted/vetted.go", "package vetted\n");
    place.file(
        "vetted/vetted_test.go",
        "package vetted\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) { t.Logf(\"%d\", \"x\") }\n",
    );
    place.file("import/import.go", "package imports\n\nimport _ \"example.com/m/nowhere\"\n");
    place.file("linked/main.go", "package main\n\nfunc missing()\n\nfunc main() { missing() }\n");
    place.file("linked/empty.s", "");
    place.file("empty/readme.txt", "");
    for words in [
        "build ./broken",
        "test ./broken",
        "test -p 1 ./...",
        "build ./syntax",
        "test ./vetted",
        "build ./import",
        "build ./linked",
        "build ./nowhere",
        "build ./empty",
        "test ./empty",
        "run ./broken",
        "run ./vetted",
        "build -nosuch .",
        "build . -tags x",
        "run -o x .",
        "test -v -C sub .",
        "build -C nowhere .",
        "build -tags",
        "build -ldflags=-nosuch -o /dev/null .",
        "test -run ( .",
        "run .. -x",
        "build --help",
        "test -h",
    ] {
        assert_ne!(same(&place, words).code, 0, "{words}");
    }
    fs::remove_file(place.path("go.mod")).unwrap();
    assert_ne!(same(&place, "build ./broken").code, 0);
}

#[test]
fn programs_run_with_their_arguments() {
    let place = with_module("run");
    assert_eq!(
        same(&place, "run . a --policy b -- -tags c").stderr,
        "hello none none 2 7\na\n--policy\nb\n--\n-tags\nc\n"
    );
    assert_eq!(same(&place, "run main.go -tags special").stderr, "hello none none 2 3\n-tags\nspecial\n");
    assert_eq!(same(&place, "run -tags special .").stderr, "hello none special 2 1\n");
    place.file("exits/main.go", "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(7) }\n");
    assert_eq!(same(&place, "run ./exits").stderr, "exit status 7\n");
}

#[test]
fn flags_of_build() {
    let mut place = with_module("build");
    let mut built = |words: &str, says: &str| {
        let words = format!("build -o app {words}");
        assert_eq!(same(&place, &words), Did::default(), "{words}");
        // Neither mapguard nor Go, nor anything else.
        let env = std::mem::take(&mut place.env);
        let did = place.run(place.path("app"), "");
        place.env = env;
        assert_eq!((did.code, did.stderr.as_str()), (0, says), "{words}");
        let app = fs::read(place.path("app")).unwrap();
        fs::remove_file(place.path("app")).unwrap();
        assert!(app.windows(15).any(|bytes| bytes == b"MAPGUARD_POLICY"), "{words}: not guarded");
    };
    built("", "hello none none 2 1\n");
    built("-gcflags=-N", "hello none none 2 1\n");
    built("-gcflags=-N -ldflags=-X=main.version=1.2", "hello 1.2 none 2 1\n");
    built("-ldflags=-s -tags=other,special .", "hello none special 2 1\n");
    built("-buildmode=pie", "hello none none 2 1\n");
    place.set("GOFLAGS", "-buildvcs=false -tags=special '-ldflags=-X main.version=flags'");
    let did = same(&place, "run .");
    assert_eq!(did.stderr, "hello flags special 2 1\n");
    assert_eq!(same(&place, "run -tags=other .").stderr, "hello flags none 2 1\n");
}

#[test]
fn overlays_are_joined() {
    let mut place = with_module("overlay");
    place.file("sub/other.txt", "package main\n\nfunc greeting() string { return \"overlaid\" }\n\nfunc main() { println(greeting()) }\n");
    // Relative paths: to where go works, not to the overlay.
    place.file("sub/o.json", r#"{"Replace": {"main.go": "sub/other.txt", "main_test.go": ""}}"#);
    assert_eq!(same(&place, "run -overlay sub/o.json .").stderr, "overlaid\n");
    assert!(same(&place, "test -overlay=sub/o.json .").stdout.contains("no test files"));
    place.set("GOFLAGS", "-buildvcs=false -overlay=sub/o.json");
    assert_eq!(same(&place, "run .").stderr, "overlaid\n");
    place.set("GOFLAGS", "-buildvcs=false");
    place.file("o.json", r#"{"Replace": {"../main.go": "other.txt"}}"#);
    assert_eq!(same(&place, "run -C sub -overlay ../o.json ..").stderr, "overlaid\n");
    assert_eq!(same(&place, "run -overlay= .").stderr, "hello none none 2 1\n");
}

#[test]
fn a_toolexec_of_the_user_runs_too() {
    let place = with_module("toolexec");
    let log = place.path("log");
    let script = place.script("my tool", &format!("echo \"${{1##*/}}\" >> {}\nexec \"$@\"", log.display()));
    let mut command = place.command(MAPGUARD, "run");
    let did = command.arg(format!("-toolexec='{}'", script.display())).arg(".").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&did.stderr), "hello none none 2 1\n");
    assert!(fs::read_to_string(log).unwrap().contains("compile\n"));
}

#[test]
fn modules_and_workspaces() {
    let mut place = place("modules");
    place.file("dep/go.mod", "module example.com/dep\n\ngo 1.21\n");
    place.file("dep/dep.go", "package dep\n\nfunc Name() string { return \"work\" }\n");
    place.file("app/go.mod", "module example.com/app\n\ngo 1.21\n");
    place.file(
        "app/main.go",
        "package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.Name()) }\n",
    );
    place.file("go.work", "go 1.21\n\nuse (\n\t./app\n\t./dep\n)\n");
    assert_eq!(same(&place, "run ./app").stderr, "work\n");
    assert_eq!(same(&place, "run -C app .").stderr, "work\n");
    // The same without the workspace, from its vendor folder.
    place.set("GOWORK", "off");
    assert_ne!(same(&place, "run -C app .").code, 0);
    place.file("app/go.mod", "module example.com/app\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n");
    place.file("app/vendor/modules.txt", "# example.com/dep v1.0.0\n## explicit; go 1.21\nexample.com/dep\n");
    place.file(
        "app/vendor/example.com/dep/dep.go",
        "package dep\n\nfunc Name() string { return \"vendor\" }\n",
    );
    assert_eq!(same(&place, "run -C app -mod=vendor .").stderr, "vendor\n");
}

#[test]
fn with_and_without_c() {
    let mut place = place("cgo");
    place.file("go.mod", "module example.com/m\n\ngo 1.21\n");
    place.file("pure.go", "//go:build !cgo\n\npackage main\n\nfunc answer() int { return 1 }\n");
    place.file("c.go", "package main\n\n// static int answer(void) { return 42; }\nimport \"C\"\n\nfunc answer() int { return int(C.answer()) }\n");
    place.file("main.go", "package main\n\nfunc main() { println(answer()) }\n");
    place.set("CGO_ENABLED", "0");
    assert_eq!(same(&place, "run .").stderr, "1\n");
    if std::process::Command::new("gcc").arg("--version").output().is_ok() {
        place.set("CGO_ENABLED", "1");
        assert_eq!(same(&place, "run .").stderr, "42\n");
    }
}

#[test]
fn nothing_is_written_but_what_go_writes() {
    let place = with_module("writes");
    let files = || {
        let did = place.run("find", ". -type f");
        let mut files: Vec<String> = did.stdout.lines().map(str::to_owned).collect();
        files.retain(|file| !file.contains("/telemetry/"));
        files.sort();
        files
    };
    let before = files();
    for words in ["test", "build -o /dev/null", "run .", "test -nosuch=1 ./nowhere"] {
        place.mapguard(words);
    }
    assert_eq!(files(), before);
}
