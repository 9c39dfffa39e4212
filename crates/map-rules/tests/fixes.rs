//! Fixes: what is mended is not found again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use go_packages::Settings;
use map_rules::rules::{Check, Facts, Target, rule};
use map_rules::{Finding, Fix};

/// Path and text of files, by package and number.
type Texts = BTreeMap<(u32, u32), (PathBuf, String)>;

/// What nil-map finds in a folder, with the text of its files by number. All packages are in files of their own.
fn find(root: &Path) -> (Vec<Finding>, Texts) {
    let graph = go_packages::load(&Settings::new(root, ["./..."])).unwrap();
    let packages = Mutex::new(Vec::new());
    let resolved = map_rules::resolve(&graph, |_, id, _| packages.lock().unwrap().push(id));
    let (mut targets, mut texts) = (Vec::new(), BTreeMap::new());
    for id in packages.into_inner().unwrap() {
        let package = Arc::clone(resolved.package(id).unwrap());
        for (number, file) in (0..).zip(&graph.package(id).files) {
            let text = String::from_utf8_lossy(&file.source).into_owned();
            texts.insert((package.id.0, number), (file.path.to_path_buf(), text));
        }
        let files = (0..package.files.len() as u32).collect();
        targets.push(Target { package, files });
    }
    let check =
        Check { program: &resolved.program, targets, facts: Facts::default(), shared: Default::default() };
    ((rule("nil-map").unwrap().check)(&check), texts)
}

#[test]
fn what_is_mended_is_not_found_again() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixes");
    _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("go.mod"), "module example.com/fixes\n\ngo 1.24\n").unwrap();
    let source = "package fixes\n\nvar never map[string]int\n\nfunc local() {\n\tvar m map[string][]int\n\tm[\"a\"] = nil\n}\n\n\
                  func result() (m map[string]int) {\n\tm[\"a\"] = 1\n\treturn m\n}\n\nfunc global() {\n\tnever[\"a\"] = 1\n}\n";
    let file = root.join("fixes.go");
    fs::write(&file, source).unwrap();
    let (found, texts) = find(&root);
    assert_eq!(found.len(), 3);
    let mut fixes: Vec<&Fix> = found.iter().filter_map(|finding| finding.fix.as_ref()).collect();
    assert_eq!(fixes.len(), 3);
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.place.span.start));
    let (_, mut text) = texts[&(fixes[0].place.pkg.0, fixes[0].place.file)].clone();
    for fix in fixes {
        text.replace_range(fix.place.span.range(), &fix.text);
    }
    assert_eq!(
        text,
        source
            .replace("var never map[string]int", "var never = make(map[string]int)")
            .replace("var m map[string][]int", "var m = make(map[string][]int)")
            .replace("(m map[string]int) {\n", "(m map[string]int) {\n\tm = make(map[string]int)\n")
    );
    fs::write(&file, text).unwrap();
    assert_eq!(find(&root).0, []);
}
