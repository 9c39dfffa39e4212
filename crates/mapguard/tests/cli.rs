//! What the command says, whole: standard output, standard error and exit code. Needs the Go that
//! is on the PATH only for where options come from.

mod common;

use std::process::Stdio;

use common::{MAPGUARD, Place, fake_go};

/// The real go, which instead of building tells what it was told.
fn telling_go(place: &mut Place) {
    let go = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|folder| folder.join("go"))
        .find(|go| go.is_file())
        .expect("these tests need a go on the PATH");
    let script = format!(
        r#"[ "$1" = env ] && exec {} "$@"
for word; do
  case $word in
    -overlay=*) ;;
    -toolexec=*) options=${{word##* toolexec }};;
    *) echo "$word";;
  esac
done
echo "$options"
env | grep -e ^MAPGUARD_ -e ^GOTOOLCHAIN=go | sort"#,
        go.display()
    );
    place.script("bin/go", &script);
    let path = format!("{}:/usr/bin:/bin", place.path("bin").display());
    place.set("PATH", path);
}

/// What the telling go says, in one line.
fn told(place: &Place, words: &str) -> String {
    let did = place.mapguard(words);
    assert_eq!((did.code, did.stderr.as_str()), (0, ""), "{words}");
    place.anonymous(&did.stdout).lines().collect::<Vec<_>>().join(" ")
}

#[test]
fn help() {
    let place = Place::new("help");
    place.snapshot("no-arguments", "");
    place.snapshot("help", "--help");
    place.snapshot("help-short", "-h");
    place.snapshot("help-test", "help test");
    place.snapshot("help-run", "help run");
    place.snapshot("help-build", "help build");
    place.snapshot("help-clean", "clean --help");
    place.snapshot("version", "--version");
}

#[test]
fn typing_errors() {
    let place = Place::new("typing-errors");
    place.snapshot("unknown-subcommand", "tets ./...");
    place.snapshot("unknown-option", "--polcy panic test");
    place.snapshot("unknown-policy", "--policy pnic test");
    place.snapshot("no-subcommand", "--policy panic");
    place.snapshot("unknown-shell", "completions tcsh");
    place.snapshot("behind-build", "build -v --policy=panic .");
    place.snapshot("behind-run", "run -output x .");
    place.snapshot("behind-test", "test ./... --policy panic");
}

#[test]
fn words_of_a_program_are_never_ours() {
    let mut place = Place::new("words");
    telling_go(&mut place);
    assert_eq!(
        told(&place, "run . --policy panic -- -tags x"),
        "run -tags=race . --policy panic -- -tags x options="
    );
    assert_eq!(told(&place, "test -- --policy"), "test -tags=race -- --policy options=");
    assert_eq!(
        told(&place, "test . -policy x -args --go y"),
        "test -tags=race . -policy x -args --go y options="
    );
    assert_eq!(told(&place, "test . -update -tags a,b -C x"), "test -tags=a,b,race . -update -C x options=");
    assert_eq!(told(&place, "build --help"), "build -tags=race --help options=");
    assert_eq!(told(&place, "run main.go -tags y"), "run -tags=race main.go -tags y options=");
    // A package at a version may ask for another toolchain than the one that was looked at.
    let pinned = told(&place, "run example.com/x@v1.0.0 a@b");
    assert!(
        pinned.starts_with("run -tags=race example.com/x@v1.0.0 a@b options= GOTOOLCHAIN=go1."),
        "{pinned}"
    );
}

#[test]
fn where_options_come_from() {
    let mut place = Place::new("precedence");
    telling_go(&mut place);
    place.file("go.mod", "module example.com/m\n\ngo 1.21\n");
    place.file("sub/deep/x.go", "package deep\n");
    let link = |words: &str, place: &Place| told(place, words).split_once("options=").unwrap().1.to_owned();

    assert_eq!(link("test", &place), "");
    place.file("mapguard.toml", "policy = \"log\"\nformat = \"text\"\noutput = \"o.json\"\n");
    assert_eq!(link("test", &place), "policy=log;format=text;output=[DIR]/o.json");
    // -C is where go works, and the file is looked for from there up to the go.mod.
    assert_eq!(link("test -C sub/deep", &place), "policy=log;format=text;output=[DIR]/o.json");
    place.file("sub/mapguard.toml", "policy = \"off\"\noutput = \"o.json\"\n");
    assert_eq!(link("test -C sub/deep", &place), "policy=off;output=[DIR]/sub/o.json");
    place.file("sub/deep/go.mod", "module example.com/deep\n\ngo 1.21\n");
    assert_eq!(link("test -C sub/deep", &place), "", "above the go.mod nothing counts");
    place.file("go.work", "go 1.21\n\nuse (\n\t.\n\t./sub/deep\n)\n");
    assert_eq!(
        link("test -C sub/deep", &place),
        "policy=off;output=[DIR]/sub/o.json",
        "but up to the go.work"
    );
    assert_eq!(
        link("--config mapguard.toml test -C sub/deep", &place),
        "policy=log;format=text;output=[DIR]/o.json"
    );

    // The environment comes before the file, and the command line before the environment; the
    // program, which reads the environment last, is told the same.
    place.set("MAPGUARD_POLICY", "panic").set("MAPGUARD_FORMAT", "").set("MAPGUARD_OUTPUT", "e.json");
    assert_eq!(
        told(&place, "test ."),
        "test -tags=race -count=1 . options=policy=panic;format=text;output=[DIR]/e.json \
         MAPGUARD_FORMAT=text MAPGUARD_OUTPUT=[DIR]/e.json MAPGUARD_POLICY=panic"
    );
    assert_eq!(
        told(&place, "--policy report --format json --output c.json test -count 2 ."),
        "test -tags=race -count 2 . options=format=json;output=[DIR]/c.json \
         MAPGUARD_FORMAT=json MAPGUARD_OUTPUT=[DIR]/c.json MAPGUARD_POLICY=report"
    );
    assert_eq!(
        told(&place, "--sites s.json test -C sub ."),
        "test -C sub -tags=race -count=1 . \
         options=policy=panic;output=[DIR]/e.json;sites=[DIR]/s.json \
         MAPGUARD_OUTPUT=[DIR]/e.json MAPGUARD_POLICY=panic"
    );
    // Back to standard error.
    assert_eq!(
        told(&place, "--output - run ."),
        "run -tags=race . options=policy=panic;format=text MAPGUARD_FORMAT=text MAPGUARD_POLICY=panic"
    );
    // What is built may run elsewhere.
    assert_eq!(link("build .", &place).split(' ').next(), Some("policy=panic;format=text;output=e.json"));
}

#[test]
fn bad_options() {
    let mut place = Place::new("bad-options");
    place.file("sub/go.mod", "module example.com/m\n");
    let bad = |name: &str, text: &str| {
        place.file("sub/mapguard.toml", text);
        place.snapshot(name, "test -C sub");
    };
    bad("file-unknown-key", "format = \"json\"\n\n# a comment\n  polcy = \"log\"\n");
    bad("file-unlike-any-key", "zebra = 1\n");
    bad("file-unknown-value", "policy = \"reprot\"\n");
    bad("file-wrong-type", "[policy]\nname = \"log\"\n");
    bad("file-syntax", "policy = \"log\"\nformat = json\n");
    bad("file-twice", "policy = \"log\"\npolicy = \"off\"\n");
    place.snapshot("file-missing", "--config nowhere.toml test");
    place.file("sub/mapguard.toml", "");
    place.set("MAPGUARD_POLICY", "panik");
    place.snapshot("environment-unknown-value", "test -C sub");
    place.unset("MAPGUARD_POLICY");
    place.snapshot("output-no-folder", "--output nowhere/x.json test");
    place.snapshot("output-folder", "--output sub test");
    place.snapshot("output-semicolon", "--output a;b build");
    place.snapshot("sites-no-folder", "--sites nowhere/x.json run .");
}

#[test]
fn refusals() {
    let mut place = Place::new("refusals");
    let path = place.env["PATH"].clone();
    place.snapshot("excluded-race", "test -race ./...");
    place.snapshot("excluded-msan", "build -msan");
    place.set("PATH", "/nowhere");
    place.snapshot("no-go", "test");
    place.snapshot("no-go-there", "--go /nowhere/go test");
    for (name, version, platform) in [
        ("release-old", "go1.20.14", "linux/amd64"),
        ("release-new", "go1.28.0", "linux/amd64"),
        ("release-devel", "devel go1.27-abcdef Mon Jan 1", "linux/amd64"),
        ("platform", "go1.27.3", "darwin/arm64"),
        ("architecture", "go1.27.3", "linux/arm64"),
    ] {
        fake_go(&mut place, version, platform, "");
        place.snapshot(name, "test ./...");
    }
    fake_go(&mut place, "go1.26.8", "linux/amd64", "-mod=mod -race");
    place.snapshot("excluded-race-in-goflags", "test ./...");
    place.script("bin/go", "echo hello");
    place.snapshot("not-go", "test");
    assert!(!place.path("home/.cache").exists(), "a refusal comes before any work");
    // go env fails as go test would: go's words and its code.
    place.script("bin/go", "echo 'go: go.mod requires go >= 1.99 (running go 1.26.8)' >&2; exit 1");
    place.snapshot("go-fails", "test");
    // A go.mod that wants another toolchain is one of those.
    place.set("PATH", path);
    place.file("new/go.mod", "module example.com/m\n\ngo 1.99\n");
    let plain = place.run("go", "build -C new");
    assert!(plain.stderr.contains("go.mod requires go >= 1.99"), "{}", plain.stderr);
    assert_eq!(place.mapguard("build -C new"), plain);
}

#[test]
fn cache() {
    let mut place = Place::new("cache-cli");
    place.snapshot("clean-nothing", "clean");
    telling_go(&mut place);
    assert_eq!(place.mapguard("test").code, 0);
    let cleaned = place.mapguard("clean");
    assert_eq!(cleaned.code, 0);
    let said = place.anonymous(&cleaned.stdout);
    assert!(
        said.starts_with("removed ") && said.ends_with("(1 entry) from [DIR]/home/.cache/mapguard\n"),
        "{said}"
    );
    assert!(!place.path("home/.cache/mapguard").exists());
    // A relative XDG_CACHE_HOME is to be ignored.
    place.set("XDG_CACHE_HOME", "relative");
    place.snapshot("clean-relative", "clean");
    place.file("a-file", "");
    let in_a_file = place.path("a-file");
    place.set("XDG_CACHE_HOME", in_a_file);
    place.snapshot("cache-in-a-file", "test");
    place.set("XDG_CACHE_HOME", "/proc");
    place.snapshot("cache-unwritable", "test");
    place.unset("XDG_CACHE_HOME").unset("HOME").set("GOCACHE", "/nowhere").set("GOPATH", "/nowhere");
    place.snapshot("cache-nowhere", "test");
}

#[test]
fn overlays() {
    let mut place = Place::new("overlays-cli");
    telling_go(&mut place);
    place.snapshot("overlay-missing", "build -overlay=o.json");
    place.file("o.json", "{\"Replace\": {\"a.go\": 1}}");
    place.snapshot("overlay-malformed", "build -overlay o.json");
    let root = String::from_utf8(place.command("go", "env GOROOT").output().unwrap().stdout).unwrap();
    let text = format!("{{\"Replace\": {{\"{}/src/../src/runtime/race.go\": \"x.go\"}}}}", root.trim());
    place.file("sub/o.json", &text);
    let did = place.mapguard("build -C sub -overlay o.json");
    let said = place.anonymous(&did.stderr).replace(root.trim(), "[GOROOT]");
    assert_eq!(did.code, 2);
    assert_eq!(
        said,
        "mapguard: -overlay [DIR]/sub/o.json: it replaces [GOROOT]/src/../src/runtime/race.go, which mapguard has to replace itself\n  \
         leave that file out of the overlay\n"
    );
}

#[test]
fn completions() {
    let place = Place::new("completions");
    for shell in ["bash", "zsh", "fish"] {
        let did = place.mapguard(&format!("completions {shell}"));
        assert_eq!((did.code, did.stderr.as_str()), (0, ""));
        for word in ["test", "doctor", "policy", "report", "panic"] {
            assert!(did.stdout.contains(word), "{shell}: {word}");
        }
    }
    let script = place.file("mapguard.bash", &place.mapguard("completions bash").stdout);
    let ask = format!(
        ". {}; COMP_WORDS=(mapguard --policy ''); COMP_CWORD=2; _mapguard mapguard '' --policy; echo ${{COMPREPLY[*]}}",
        script.display()
    );
    let mut bash = place.command("bash", "-c");
    let did = bash.arg(ask).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&did.stdout), "report panic log off\n");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let place = Place::new("closed-pipe");
    for words in ["completions bash", "--help", "clean", "doctor"] {
        let mut child =
            place.command(MAPGUARD, words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let did = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&did.stderr), "", "{words}");
        assert!(matches!(did.status.code(), Some(0 | 1)), "{words}: {}", did.status);
    }
    // A full disk behind standard output is one.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let did = place.command(MAPGUARD, "completions bash").stdout(full).output().unwrap();
    assert_eq!(did.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&did.stderr).contains("cannot write to standard output"));
}
