//! docs/recipes.md, tried: the hook in a git repository, the commands of CI systems in a shell, an editor's text.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use common::{MAPGUARD, Place};

const RECIPES: &str = include_str!("../../../docs/recipes.md");

const GOOD: &str = "package a\n\nfunc F() {\n\tm := map[int]int{}\n\tm[1] = 1\n}\n";
const BAD: &str = "package a\n\nfunc F() {\n\tvar m map[int]int\n\tm[1] = 1\n}\n";

/// A place with mapguard on the PATH.
fn place(name: &str) -> Place {
    let mut place = Place::new(name);
    let own = Path::new(MAPGUARD).parent().unwrap().display();
    let path = format!("{own}:{}", std::env::var("PATH").unwrap());
    place.set("PATH", path);
    place.file("go.mod", "module example.com/a\n\ngo 1.21\n");
    place
}

/// The first block of this language.
fn block(language: &str) -> &'static str {
    let (_, rest) = RECIPES.split_once(&format!("\n```{language}\n")).unwrap();
    rest.split_once("\n```").unwrap().0
}

#[test]
fn the_hook_stops_a_commit() {
    let place = place("recipe-hook");
    let git = |words: &str| place.run("git", &format!("-c user.name=n -c user.email=e@example.com {words}"));
    assert_eq!(git("init -q").code, 0);
    let hook = place.file(".git/hooks/pre-commit", &format!("{}\n", block("sh")));
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    place.file("a.go", GOOD);
    place.file("sub/old.go", "package sub\n\nfunc F() {\n\tvar m map[int]int\n\tm[1] = 1\n}\n");
    git("add a.go go.mod");
    let did = git("commit -q -m good");
    assert_eq!(did.code, 0, "{did:?}");
    place.file("a.go", BAD);
    git("add a.go");
    let did = git("commit -q -m bad");
    assert!(did.code != 0 && format!("{did:?}").contains("a.go:5:2: nil-map"), "{did:?}");
    // No Go file, no check.
    place.file("README", "x");
    git("reset -q");
    git("add README");
    assert_eq!(git("commit -q -m text").code, 0);
}

#[test]
fn commands_of_ci_systems_run() {
    let place = place("recipe-ci");
    place.file("a.go", GOOD);
    let lines = RECIPES.lines().filter_map(|line| line.find("mapguard check --format").map(|at| &line[at..]));
    let commands: Vec<&str> = lines.collect();
    assert_eq!(commands.len(), 3, "{commands:?}");
    let run = |command: &str| {
        let script = place.script("step.sh", command);
        // As runners start it: what fails ends it.
        place.run("sh", &format!("-e {}", script.display())).code
    };
    for command in &commands {
        assert_eq!(run(command), 0, "{command}");
    }
    place.file("a.go", BAD);
    for command in &commands {
        // The one that hands over to code scanning passes all the same.
        assert_eq!(run(command), i32::from(!command.contains("||")), "{command}");
    }
    let written = |name: &str| fs::read_to_string(place.path(name)).unwrap();
    assert!(written("mapguard.sarif").contains("nil-map") && written("mapguard.xml").contains("nil-map"));
    // A check that cannot be made fails everywhere.
    place.file("mapguard.toml", "[check]\nrulez = 1\n");
    for command in &commands {
        assert_ne!(run(command), 0, "{command}");
    }
}

#[test]
fn lines_are_what_editors_expect() {
    let place = place("recipe-editor");
    place.file("a.go", BAD);
    let did = place.mapguard("check --format short");
    assert_eq!(
        did.stdout,
        "a.go:5:2: error: nil-map: m is nil here: it was declared without a value, and nothing made it\n"
    );
    // As an editor gives it: the whole path.
    let path = place.path("a.go");
    let did = place.run(
        "sh",
        &place
            .script("edit.sh", &format!("mapguard check --format short --stdin {0} < {0}", path.display()))
            .display()
            .to_string(),
    );
    assert!(did.code == 1 && did.stdout.starts_with("a.go:5:2: error: "), "{did:?}");
}
