//! `mapguard check` and `mapguard explain`: what is found, how it is told, what is left out and why.

mod common;
#[path = "../../report/tests/schema/mod.rs"]
mod schema;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use common::{Did, MAPGUARD, Place};
use serde_json::Value;

/// A module with findings of each kind.
fn shop(name: &str) -> Place {
    let place = Place::new(name);
    place.file("go.mod", "module example.com/shop\n\ngo 1.21\n");
    place.file(
        "cart/cart.go",
        "package cart

type Cart struct {
	name  string
	items map[string]int
}

func New(name string) *Cart { return &Cart{name: name} }

func (c *Cart) Add(item string, count int) { c.items[item] += count }
",
    );
    place.file(
        "count/count.go",
        "package count

func Words(words []string) map[string]int {
	var counts map[string]int
	for _, word := range words {
		counts[word]++
	}
	return counts
}

func Maybe(words []string) map[string]int {
	var counts map[string]int
	if len(words) > 3 {
		counts = make(map[string]int)
	}
	counts[\"all\"] = len(words)
	return counts
}
",
    );
    place.file("fine/fine.go", "package fine\n\nfunc Put(m map[string]int) { m[\"a\"] = 1 }\n");
    place
}

/// Lists of all rules grow: snapshots do not have them.
fn hide_rules(place: &mut Place) {
    let after = |words: &str, mark: &str| {
        let did = place.mapguard(words);
        did.stderr.split(mark).nth(1).unwrap_or_else(|| panic!("{did:?}")).trim().to_owned()
    };
    let both = after("check --rules -", "they are: ");
    place.file("mapguard.toml", "[check.severity]\nx = 1\n");
    let rules = after("check", "the keys are: ");
    std::fs::remove_file(place.path("mapguard.toml")).unwrap();
    place.hidden = vec![(both, "[RULES AND GROUPS]"), (rules, "[RULES]")];
}

/// Runs mapguard with a text as its standard input.
fn with_input(place: &Place, words: &str, input: &str) -> Did {
    let mut command = place.command(MAPGUARD, words);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn all_formats() {
    let mut place = shop("check-formats");
    let pages = ["nil-map", "allow"].map(|name| {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/rules/{name}.md"));
        serde_json::to_string(&fs::read_to_string(page).unwrap()).unwrap()
    });
    place.hidden = pages.map(|page| (page, "\"[PAGE]\"")).to_vec();
    place.snapshot("check-text", "check ./...");
    place.snapshot("check-short", "check --format short ./...");
    place.snapshot("check-json", "check --format json ./...");
    place.snapshot("check-sarif", "check --rules nil-map --format sarif ./count");
    place.snapshot("check-github", "check --format github ./...");
    place.snapshot("check-junit", "check --format junit ./...");
    place.snapshot("check-clean", "check ./fine");
    place.snapshot("check-medium", "check --confidence medium ./count");
    // What stands before the subcommand counts too.
    assert_eq!(place.mapguard("--format json check ./..."), place.mapguard("check --format json ./..."));
}

#[test]
fn what_is_kept_from_the_last_time_is_the_same() {
    let place = shop("check-cached");
    let (first, second) = (place.mapguard("check --all ./..."), place.mapguard("check --all ./..."));
    assert_eq!(first, second);
    assert_eq!(place.mapguard("check --all --no-cache ./..."), first);
    place.file("cart/cart.go", "package cart\n");
    let third = place.mapguard("check --all ./...");
    assert!(third.stdout.contains("2 findings") && first.stdout.contains("3 findings"), "{third:?}");
}

#[test]
fn sarif_fits_its_schema() {
    let place = shop("check-sarif");
    place.file("odd/odd.go", "package odd\n\nfunc f() { x := := 1 }\n");
    let did = place.mapguard("check --all --format sarif --output log.sarif ./...");
    assert_eq!((did.code, did.stdout.as_str()), (1, ""), "{did:?}");
    let schema = include_str!("../../../testdata/sarif/sarif-2.1.0-rtm.5.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let log = serde_json::from_str(&fs::read_to_string(place.path("log.sarif")).unwrap()).unwrap();
    assert_eq!(schema::errors(&schema, &log), Vec::<String>::new());
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes.as_array().unwrap().len(), 1, "{notes}");
}

#[test]
fn rules_and_their_pages() {
    let mut place = shop("check-rules");
    hide_rules(&mut place);
    place.snapshot("check-help", "check --help");
    place.snapshot("explain-unknown", "explain nilmap");
    place.snapshot("explain-allow", "explain allow");
    place.snapshot("check-unknown-rule", "check --rules nil-mp ./...");
    place.snapshot("check-unknown-confidence", "check --confidence hgih ./...");
    place.snapshot("check-excludes", "check --fix --diff ./...");
    let list = place.mapguard("explain").stdout;
    let page = place.mapguard("explain nil-map").stdout;
    assert!(list.contains("\n  nil-map ") || list.contains("  nil-map "), "{list}");
    assert!(page.starts_with("nil-map\n\n") && page.contains("What it does not see"), "{page}");
    assert_eq!(place.mapguard("check --rules nil ./...").code, 1);
    assert_eq!(place.mapguard("check --rules nil-map ./fine").code, 0);
}

#[test]
fn comments_allow_and_are_looked_at() {
    let place = Place::new("check-allow");
    place.file("go.mod", "module example.com/shop\n\ngo 1.21\n");
    place.file(
        "a.go",
        "package a

func used() {
	var m map[string]int
	m[\"a\"] = 1 //mapguard:allow nil-map because the test wants the panic
}

func unused(m map[string]int) {
	//mapguard:allow nil-map because it once was nil
	m[\"a\"] = 1
}

func bare() {
	var m map[string]int
	m[\"a\"] = 1 //mapguard:allow nil-map
}

func wrong() {
	var m map[string]int
	m[\"a\"] = 1 //mapguard:allow nil-mpa because the test wants the panic
}

// Medium findings are allowed too, whether they are shown or not.
func maybe(many bool) {
	var m map[string]int
	if many {
		m = make(map[string]int)
	}
	m[\"a\"] = 1 //mapguard:allow nil-map because it is always called with true
}
",
    );
    place.snapshot("check-allow", "check .");
    place.snapshot("check-allow-medium", "check --confidence medium .");
}

#[test]
fn a_baseline_hides_what_is_known() {
    let place = shop("check-baseline");
    place.snapshot("check-baseline-missing", "check --baseline known.json ./...");
    place.snapshot("check-baseline-write", "check --write-baseline known.json ./...");
    let written = fs::read_to_string(place.path("known.json")).unwrap();
    assert_eq!(written.lines().count(), 3, "{written}");
    place.snapshot("check-baseline", "check --baseline known.json ./...");
    // Lines move, and nothing is new; from elsewhere the file is the same.
    let text = fs::read_to_string(place.path("count/count.go")).unwrap();
    place.file("count/count.go", &text.replacen("package count\n", "package count\n\n// One more.\n", 1));
    assert_eq!(place.mapguard("check --baseline known.json ./...").code, 0);
    assert_eq!(place.mapguard("check -C count --baseline known.json").code, 0);
    assert_eq!(place.mapguard("check --write-baseline other.json ./...").code, 0);
    assert_eq!(fs::read_to_string(place.path("other.json")).unwrap(), written);
    // One is mended, another is new.
    place.file("count/count.go", "package count\n\nfunc New() {\n\tvar m map[int]int\n\tm[1] = 1\n}\n");
    place.snapshot("check-baseline-changed", "check --baseline known.json ./...");
    // What was not looked at is not gone.
    place.snapshot("check-baseline-part", "check --baseline known.json ./cart");
    place.file("known.json", "{\"schema\":\"mapguard.baseline/1\"}\n{\"rule\":1}\n");
    place.snapshot("check-baseline-broken", "check --baseline known.json ./...");
}

#[test]
fn mends_what_is_certain() {
    let place = shop("check-fix");
    let file = place.path("count/count.go");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let before = fs::read_to_string(&file).unwrap();
    place.snapshot("check-diff", "check --diff ./...");
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    place.snapshot("check-fix", "check --fix ./...");
    let after = fs::read_to_string(&file).unwrap();
    assert_eq!(after, before.replacen("var counts map[string]int", "var counts = make(map[string]int)", 1));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    let left: Vec<_> = fs::read_dir(place.path("count")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(place.mapguard("check --fix ./count").code, 0);
    // `patch` takes the change as it is shown.
    place.file("count/count.go", &before);
    let diff = place.mapguard("check --diff ./...").stdout;
    place.file("change.diff", &diff);
    assert_eq!(place.run("git", "apply --unsafe-paths -p0 change.diff").code, 0, "{diff}");
    assert_eq!(fs::read_to_string(&file).unwrap(), after);
    // A file that may not be written stays as it is.
    place.file("count/count.go", &before);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
    place.snapshot("check-fix-read-only", "check --fix ./count");
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn settings_come_from_the_file() {
    let place = shop("check-config");
    let codes = |config: &str| {
        place.file("mapguard.toml", config);
        place.mapguard("check ./...").code
    };
    assert_eq!(codes("[check]\ndisable = [\"nil-map\"]\n"), 0);
    assert_eq!(codes("[check]\nrules = [\"nil\"]\n"), 1);
    assert_eq!(codes("[check]\npaths = [\"fine\"]\n"), 0);
    assert_eq!(codes("[check]\nexclude = [\"**/count.go\", \"./cart/\"]\n"), 0);
    place.file("mapguard.toml", "[check]\nconfidence = \"medium\"\nseverity = { nil-map = \"note\" }\n");
    place.snapshot("check-severity", "check --format github ./...");
    // The command line comes first.
    place.file("mapguard.toml", "[check]\ndisable = [\"nil-map\"]\nconfidence = \"low\"\n");
    assert!(place.mapguard("check --rules nil-map --confidence high ./...").stdout.contains("2 findings"));
    place.mapguard("check --rules nil-map --write-baseline sub.json ./...");
    place.file("mapguard.toml", "[check]\nbaseline = \"sub.json\"\n");
    assert_eq!(place.mapguard("check -C count").code, 0);
}

#[test]
fn mistakes_in_the_file_are_told_with_their_line() {
    let mut place = shop("check-config-bad");
    hide_rules(&mut place);
    for (name, text) in [
        ("key", "[check]\n\nrulez = []\n"),
        ("rule", "[check]\nrules = [\"nil-map\", \"nilmap\"]\n"),
        ("kind", "[check]\nrules = \"nil-map\"\n"),
        ("severity", "[check]\nseverity = { nil-map = \"fatal\" }\n"),
        ("severity-rule", "[check.severity]\nnil-mpa = \"error\"\n"),
        ("function", "[check]\nlocks = [\"(*Table).Acquire\"]\n"),
        ("table", "check = 1\n"),
    ] {
        place.file("mapguard.toml", text);
        place.snapshot(&format!("check-config-{name}"), "check ./...");
    }
}

#[test]
fn what_is_broken_is_told_and_the_rest_is_checked() {
    let place = shop("check-broken");
    place.file(
        "broken/broken.go",
        "package broken

import \"example.com/nowhere\"

func f() {
	nowhere.Do(
	x := := 3
}

func g() {
	var m map[string]int
	m[unknown] = 2
}
",
    );
    place.snapshot("check-broken", "check ./...");
    place.snapshot("check-nothing", "check ./nowhere");
}

#[test]
fn go_is_not_needed() {
    let mut place = shop("check-no-go");
    place.set("PATH", "");
    place.snapshot("check-no-go", "check ./count");
}

#[test]
fn an_editor_hands_over_its_text() {
    let place = shop("check-stdin");
    let text = fs::read_to_string(place.path("count/count.go")).unwrap();
    let good = text.replace("var counts map[string]int", "counts := map[string]int{}");
    let did = with_input(&place, "check --stdin count/count.go --confidence low", &good);
    assert_eq!((did.code, did.stdout.as_str()), (0, "no findings in 1 package\n"), "{did:?}");
    // The other files of the package are as they are on disk, and are not reported of.
    place.file("count/more.go", "package count\n\nfunc More() {\n\tvar m map[int]int\n\tm[1] = 1\n}\n");
    let did = with_input(&place, "check --stdin count/count.go --format github", &text);
    assert_eq!((did.code, did.stdout.lines().count()), (1, 1), "{did:?}");
    assert!(did.stdout.starts_with("::error file=count/count.go,line=6,"), "{did:?}");
    // A file that is not on the disk yet, a test, and one that is in no module.
    let test = "package count\n\nfunc put() {\n\tvar m map[int]int\n\tm[1] = 1\n}\n";
    for name in ["count/new.go", "count/new_test.go"] {
        let did = with_input(&place, &format!("check --format json --stdin {name}"), test);
        assert_eq!((did.code, did.stdout.lines().count()), (1, 1), "{name}: {did:?}");
    }
}

#[test]
fn an_editor_may_have_been_started_anywhere() {
    let place = shop("check-stdin-elsewhere");
    let text = fs::read_to_string(place.path("count/count.go")).unwrap();
    let module = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check-stdin-elsewhere");
    let from = |folder: &str, config: &str| {
        place.file("mapguard.toml", config);
        let elsewhere = place.path(folder);
        fs::create_dir_all(&elsewhere).unwrap();
        let words = format!("check --format short --stdin {}", module.join("count/count.go").display());
        let mut command = place.command(MAPGUARD, &words);
        let mut child = command
            .current_dir(elsewhere)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        Did::from(child.wait_with_output().unwrap())
    };
    for folder in ["", "cart", "..", "../check-stdin-elsewhere-none"] {
        let did = from(folder, "");
        assert!(did.code == 1 && did.stdout.contains("count.go:6:3: error: nil-map: "), "{folder}: {did:?}");
        let did = from(folder, "[check]\ndisable = [\"nil-map\"]\n");
        assert_eq!((did.code, did.stdout.as_str()), (0, ""), "{folder}: {did:?}");
    }
}

#[test]
fn tests_are_checked_if_asked_for() {
    let place = shop("check-tests");
    place.file("fine/fine_test.go", "package fine\n\nfunc put() {\n\tvar m map[int]int\n\tm[1] = 1\n}\n");
    assert_eq!(place.mapguard("check ./fine").code, 0);
    let did = place.mapguard("check --test --format json ./fine");
    assert_eq!((did.code, did.stdout.lines().count()), (1, 1), "{did:?}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let place = shop("check-pipe");
    for format in ["text", "sarif"] {
        let words = format!("check --format {format} ./...");
        let mut child =
            place.command(MAPGUARD, &words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let did = child.wait_with_output().unwrap();
        assert_eq!((did.status.code(), String::from_utf8_lossy(&did.stderr).as_ref()), (Some(1), ""));
    }
}
