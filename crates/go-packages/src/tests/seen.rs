//! Whatever the graph depends on, a change of it is seen; what it does not depend on may change.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use super::trees::Tree;
use crate::load::load_seen_at;
use crate::{Graph, Seen, Settings, load, load_seen};

const FILES: &str = "
-- m/go.mod --
module m

go 1.21

require example.com/d v1.0.0
require example.com/v v1.0.0
replace example.com/d => ../d
replace example.com/v => ../gone
-- m/a.go --
package a
import _ \"example.com/d\"
import _ \"example.com/v\"
import _ \"fmt\"
-- m/a_test.go --
package a
-- m/only_windows.go --
package a
-- m/tagged.go --
//go:build special

package a
-- m/notes.txt --
text
-- m/sub/s.go --
package sub
-- m/other/o.go --
package other
-- d/go.mod --
module example.com/d
-- d/d.go --
package d
";

/// Loads as if all was written a while ago.
fn seen(settings: &Settings) -> (Graph, Option<Seen>) {
    load_seen_at(settings, SystemTime::now() + Duration::from_secs(3)).unwrap()
}

/// Whether what was seen of `./...` still holds after a change. The text of it is taken along once.
fn holds_after(change: impl Fn(&Tree)) -> bool {
    let tree = Tree::new(FILES);
    symlink(tree.path("m/sub/s.go"), tree.path("m/linked.go")).unwrap();
    symlink(tree.path("m/nowhere.go"), tree.path("m/broken.go")).unwrap();
    let (_, seen) = seen(&tree.settings("m", &["./..."]));
    let seen = Seen::from_text(seen.unwrap().as_text());
    assert!(seen.holds());
    change(&tree);
    seen.holds()
}

fn write(tree: &Tree, name: &str, text: &str) {
    let path = tree.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn contents() {
    for name in
        ["m/a.go", "m/tagged.go", "m/sub/s.go", "d/d.go", "goroot/src/fmt/fmt.go", "m/go.mod", "d/go.mod"]
    {
        assert!(!holds_after(|tree| write(tree, name, "package changed\n")), "{name}");
    }
    // As long as before, and the time set back.
    let same_length_and_time = |tree: &Tree| {
        let path = tree.path("m/a.go");
        let (before, time) =
            (fs::read_to_string(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
        std::thread::sleep(Duration::from_millis(30));
        fs::write(&path, before.replace("fmt", "net")).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    };
    assert!(!holds_after(same_length_and_time));
    // Another file in its place.
    assert!(!holds_after(|tree| {
        fs::copy(tree.path("m/a.go"), tree.path("copy")).unwrap();
        fs::rename(tree.path("copy"), tree.path("m/a.go")).unwrap();
    }));
}

#[test]
fn what_comes_and_goes() {
    for name in [
        "m/b.go",
        "m/b_test.go",
        "m/new/n.go",
        "m/sub/go.mod",
        "m/nowhere.go",
        "go.work",
        "m/vendor/modules.txt",
        "gone/v.go",
        "goroot/src/internal/buildcfg/exp.go",
    ] {
        assert!(!holds_after(|tree| write(tree, name, "package a\n")), "{name}");
    }
    for name in ["m/a.go", "m/a_test.go", "m/linked.go", "m/other/o.go", "d/d.go", "m/go.mod"] {
        assert!(!holds_after(|tree| fs::remove_file(tree.path(name)).unwrap()), "{name}");
    }
    assert!(!holds_after(|tree| fs::rename(tree.path("m/sub"), tree.path("m/_sub")).unwrap()));
    assert!(!holds_after(|tree| fs::remove_dir_all(tree.path("goroot")).unwrap()));
    // A link that leads elsewhere.
    assert!(!holds_after(|tree| {
        fs::remove_file(tree.path("m/linked.go")).unwrap();
        symlink(tree.path("m/other/o.go"), tree.path("m/linked.go")).unwrap();
    }));
}

#[test]
fn what_does_not_matter() {
    for name in ["m/a_test.go", "m/only_windows.go", "m/notes.txt", "elsewhere/b.go"] {
        assert!(holds_after(|tree| write(tree, name, "package changed\n")), "{name}");
    }
}

#[test]
fn what_has_just_changed_may_change_again() {
    let tree = Tree::new(FILES);
    let settings = tree.settings("m", &["./..."]);
    let (graph, seen) = load_seen(&settings).unwrap();
    assert_eq!(seen, None);
    assert_eq!(graph.packages.len(), load(&settings).unwrap().packages.len());
}

#[test]
fn what_is_in_memory_is_not_on_the_disk() {
    let tree = Tree::new(FILES);
    let mut settings = tree.settings("m", &["./..."]);
    settings.overlay.insert(tree.path("m/a.go"), b"package a"[..].into());
    assert_eq!(seen(&settings).1, None);
}

#[test]
fn a_go_command_that_is_a_script_may_say_anything() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new(FILES);
    let mut settings = tree.settings("m", &["./..."]);
    let root = tree.path("goroot").display().to_string();
    write(
        &tree,
        "goroot/bin/go",
        &format!(
            "#!/bin/sh\necho '{{\"GOROOT\": \"{root}\", \"GOOS\": \"linux\", \"GOARCH\": \"amd64\"}}'\n"
        ),
    );
    let path = tree.path("goroot/bin/go");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    settings.go = crate::GoCommand::At(path);
    let (graph, seen) = seen(&settings);
    assert_eq!((graph.goroot, seen), (Some(tree.path("goroot")), None));
}
