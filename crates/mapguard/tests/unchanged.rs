//! Source that is as it was the last time is not read again; whatever changes, the answer is the new one.

mod common;

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use common::{Did, Place};

/// What has changed in the last two seconds is read again.
const SETTLED: Duration = Duration::from_millis(2100);
const CHECK: &str = "check --format json ./...";
/// What a run tells that took what was kept.
const KEPT: &str = "mapguard: this was kept\n";

/// A module whose answer depends on a dependency, a tag, the platform.
fn shop(name: &str) -> Place {
    let mut place = Place::new(&format!("unchanged-{name}"));
    let bad = "\n\nfunc F() {\n\tvar m map[int]int\n\tm[1] = 1\n}\n";
    place.file(
        "m/go.mod",
        "module example.com/m\n\ngo 1.21\n\nrequire example.com/d v1.0.0\n\nreplace example.com/d => ../d\n",
    );
    place.file("m/a.go", &format!("package m{bad}"));
    place.file("m/tagged.go", &format!("//go:build special\n\npackage m{}", bad.replace('F', "G")));
    place.file("m/a_windows.go", &format!("package m{}", bad.replace('F', "H")));
    place.file("m/a_test.go", &format!("package m{}", bad.replace('F', "T")));
    place.file("m/sub/s.go", &format!("package sub{bad}"));
    place.file(
        "m/uses/u.go",
        "package uses\n\nimport \"example.com/d\"\n\nfunc F() {\n\tvar m d.M\n\tm[1] = 1\n}\n",
    );
    place.file("d/go.mod", "module example.com/d\n");
    place.file("d/d.go", "package d\n\ntype M map[int]int\n");
    place.file("goenv", "GOFLAGS=\n");
    place.file("bin/other", "");
    place.set("GOENV", place.path("goenv")).unset("GOFLAGS");
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
    place.set("PATH", path);
    for (name, folder) in [("XDG_CACHE_HOME", "cache"), ("XDG_CONFIG_HOME", "config")] {
        fs::create_dir(place.path(folder)).unwrap();
        place.set(name, place.path(folder));
    }
    place
}

/// Runs in the module.
fn run(place: &Place, words: &str) -> Did {
    let mut command = place.command(common::MAPGUARD, words);
    command.current_dir(place.path("m")).output().unwrap().into()
}

fn kept(place: &Place) -> Vec<PathBuf> {
    let entries = fs::read_dir(place.path("cache/mapguard")).unwrap().flatten();
    let files = entries.map(|entry| entry.path().join("source"));
    files.filter(|path| path.is_file()).collect()
}

/// Makes what is kept tell of itself.
fn mark(place: &Place) {
    let files = kept(place);
    assert!(!files.is_empty(), "nothing is kept");
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replacen("\"told\":[]", "\"told\":[\"this was kept\"]", 1)).unwrap();
    }
}

/// A change, and the command to run after it.
type Change = (&'static str, &'static str, fn(&mut Place));

const CHANGES: [Change; 25] = [
    ("source", CHECK, |place| _ = place.file("m/a.go", "package m\n")),
    ("same-length-and-time", CHECK, |place| {
        let path = place.path("m/a.go");
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("m[1] = 1", "_ = m[1]")).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    }),
    ("file-comes", CHECK, |place| {
        _ = place.file("m/b.go", "package m\n\nfunc B() {\n\tvar m map[int]int\n\tm[1] = 1\n}\n");
    }),
    ("file-goes", CHECK, |place| fs::remove_file(place.path("m/a.go")).unwrap()),
    ("file-is-renamed", CHECK, |place| {
        fs::rename(place.path("m/a.go"), place.path("m/a_plan9.go")).unwrap();
    }),
    ("package-comes", CHECK, |place| {
        _ = place.file("m/new/n.go", "package n\n\nfunc B() {\n\tvar m map[int]int\n\tm[1] = 1\n}\n");
    }),
    ("package-goes", CHECK, |place| fs::remove_dir_all(place.path("m/sub")).unwrap()),
    ("dependency", CHECK, |place| _ = place.file("d/d.go", "package d\n\ntype M [2]int\n")),
    ("dependency-goes", CHECK, |place| fs::remove_dir_all(place.path("d")).unwrap()),
    ("dependency-is-another", CHECK, |place| {
        place.file("e/go.mod", "module example.com/d\n");
        place.file("e/d.go", "package d\n\ntype M [2]int\n");
        let text = fs::read_to_string(place.path("m/go.mod")).unwrap();
        place.file("m/go.mod", &text.replace("../d", "../e"));
    }),
    ("module-path", CHECK, |place| {
        let text = fs::read_to_string(place.path("m/go.mod")).unwrap();
        place.file("m/go.mod", &text.replace("module example.com/m", "module example.com/n"));
    }),
    ("module-below", CHECK, |place| _ = place.file("m/sub/go.mod", "module example.com/sub\n")),
    ("vendor-folder", CHECK, |place| {
        place.file("m/vendor/example.com/d/d.go", "package d\n\ntype M [2]int\n");
        place.file(
            "m/vendor/modules.txt",
            "# example.com/d v1.0.0 => ../d\n## explicit\nexample.com/d\n# example.com/d => ../d\n",
        );
    }),
    ("workspace", CHECK, |place| _ = place.file("go.work", "go 1.21\n\nuse ./d\n")),
    ("env-of-go", CHECK, |place| _ = place.file("goenv", "GOFLAGS=-tags=special\n")),
    ("env-file-of-go", CHECK, |place| {
        place.file("goenv2", "GOOS=windows\n");
        place.set("GOENV", place.path("goenv2"));
    }),
    ("GOFLAGS", CHECK, |place| _ = place.set("GOFLAGS", "-tags=special")),
    ("GOOS", CHECK, |place| _ = place.set("GOOS", "windows")),
    ("GOWORK", CHECK, |place| {
        place.file("elsewhere/go.work", "go 1.21\n\nuse ../d\n");
        place.set("GOWORK", place.path("elsewhere/go.work"));
    }),
    ("another-go", CHECK, |place| {
        let go = PathBuf::from(
            String::from_utf8(
                std::process::Command::new("sh").args(["-c", "command -v go"]).output().unwrap().stdout,
            )
            .unwrap(),
        );
        let go = go.to_str().unwrap().trim();
        place.script("bin/go", &format!("GOFLAGS=-tags=special exec {go} \"$@\""));
    }),
    ("tags", "check --format json --tags special ./...", |_| {}),
    ("tests", "check --format json --test ./...", |_| {}),
    ("pattern", "check --format json ./sub", |_| {}),
    ("config", CHECK, |place| _ = place.file("m/mapguard.toml", "[check]\nexclude = [\"sub\"]\n")),
    ("baseline", "check --format json --baseline known.json ./...", |place| {
        place.file("m/known.json", "{\"schema\":\"mapguard.baseline/1\"}\n");
        let words = "check --write-baseline known.json ./sub";
        assert_eq!(run(place, words).code, 0);
    }),
];

#[test]
fn every_change_counts() {
    let mut places: Vec<Place> = CHANGES.iter().map(|(name, ..)| shop(name)).collect();
    sleep(SETTLED);
    for ((name, words, change), place) in CHANGES.iter().zip(&mut places) {
        let before = run(place, CHECK);
        assert_eq!((before.code, before.stdout.lines().count()), (1, 3), "{name}: {before:?}");
        mark(place);
        let second = run(place, CHECK);
        assert_eq!(
            (second.stdout.as_str(), second.stderr.as_str()),
            (before.stdout.as_str(), KEPT),
            "{name}"
        );
        change(place);
        let after = run(place, words);
        let cold = run(place, &words.replacen("check", "check --no-cache", 1));
        assert_ne!(after.stdout, before.stdout, "{name}: {after:?}");
        // What is kept of the source is of this command only; mapguard.toml and a baseline are read each time.
        let told = after.stderr.replacen(KEPT, "", usize::from(["config", "baseline"].contains(name)));
        assert_eq!((after.code, &after.stdout, &told), (cold.code, &cold.stdout, &cold.stderr), "{name}");
    }
}

#[test]
fn what_does_not_matter_may_change() {
    let place = shop("same");
    sleep(SETTLED);
    let before = run(&place, CHECK);
    mark(&place);
    place.file("m/a_test.go", "package m\n");
    place.file("m/a_windows.go", "package m\n");
    let after = run(&place, CHECK);
    assert_eq!((after.stdout, after.stderr.as_str()), (before.stdout, KEPT));
    // Other questions about the same source: it is read for them, and they are answered as ever.
    for words in ["check --all ./...", "check --confidence low ./...", "sites ./...", "sites --summary ./..."]
    {
        mark(&place);
        let (first, second) = (run(&place, words), run(&place, words));
        let (subcommand, rest) = words.split_once(' ').unwrap();
        let cold = run(&place, &format!("{subcommand} --no-cache {rest}"));
        assert_eq!((&first.stdout, &second.stdout), (&cold.stdout, &cold.stdout), "{words}");
        assert_eq!((first.code, second.code), (cold.code, cold.code), "{words}");
    }
}

#[test]
fn what_is_told_is_told_again() {
    let place = shop("told");
    place.file("m/odd/odd.go", "package odd\n\nimport \"example.com/nowhere\"\n\nvar x = nowhere.Y +\n");
    sleep(SETTLED);
    let cold = run(&place, "check --no-cache ./...");
    assert!(cold.stderr.contains("example.com/nowhere"), "{cold:?}");
    for _ in 0..3 {
        assert_eq!(run(&place, "check ./..."), cold);
    }
    // A change with --fix is one too.
    let mended = run(&place, "check --fix ./...");
    assert_eq!(mended.code, 0, "{mended:?}");
    assert_eq!(run(&place, "check ./...").code, 0);
}

#[test]
fn what_is_kept_and_damaged_is_found_anew() {
    let place = shop("damaged");
    sleep(SETTLED);
    let before = run(&place, CHECK);
    for damage in ["", "{}\n", "\n\n\n", "{\"fingerprint\":\"\",\"paths\":[],\"told\":[]}\n/\n"] {
        for file in kept(&place) {
            fs::write(file, damage).unwrap();
        }
        assert_eq!(run(&place, CHECK), before, "{damage:?}");
    }
    // A file that cannot be read is told, and so is that it can be.
    let path = place.path("m/sub/s.go");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let cold = run(&place, &CHECK.replace("check", "check --no-cache"));
    assert_eq!(run(&place, CHECK), cold);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(run(&place, CHECK), before);
}
