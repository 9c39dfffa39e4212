//! The examples on the rules' pages: the first block of Go is bad, and what is found there is marked in it; all that
//! follow are good.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use go_packages::Settings;
use map_rules::rules::{Check, Facts, RULES, Rule, Target};

#[test]
fn each_rule_has_a_page_with_every_part() {
    for rule in RULES {
        let head = format!("# {}\n", rule.name);
        assert!(
            rule.page.starts_with(&head),
            "{}: write docs/rules/{0}.md, and have page: include_str!(\"../../../../docs/rules/{0}.md\")",
            rule.name
        );
        for part in [
            "## What it finds",
            "## Why it is bad",
            "## Example",
            "## How to mend it",
            "## What it does not see",
        ] {
            assert!(
                rule.page.contains(&format!("\n{part}\n")),
                "docs/rules/{}.md has no {part:?}",
                rule.name
            );
        }
    }
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(name == "allow" || RULES.iter().any(|rule| rule.name == name), "{name}.md is of no rule");
    }
}

#[test]
fn the_examples_are_what_the_pages_say() {
    for rule in RULES {
        let blocks: Vec<&str> =
            rule.page.split("\n```go\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
        assert!(blocks.len() >= 2, "docs/rules/{}.md needs a bad example and a good one", rule.name);
        for (number, block) in blocks.iter().enumerate() {
            let (marked, found) = (marks(rule, block), run(rule, number, block));
            if number == 0 {
                assert!(!marked.is_empty(), "the first example of {} has no `// want {0} \"…\"`", rule.name);
            }
            let lines = |list: &[(u32, String)]| list.iter().map(|(line, _)| *line).collect::<Vec<_>>();
            assert_eq!(lines(&marked), lines(&found), "{}, example {}: {found:?}", rule.name, number + 1);
            for ((line, part), (_, message)) in marked.iter().zip(&found) {
                assert!(message.contains(part.as_str()), "{}, line {line}: {message:?}", rule.name);
            }
        }
    }
}

fn marks(rule: &Rule, block: &str) -> Vec<(u32, String)> {
    let mark = format!("// want {}", rule.name);
    let marked = (1..).zip(block.lines()).filter_map(|(line, text)| {
        let (_, rest) = text.split_once(&mark)?;
        Some((line, rest.split('"').nth(1)?.to_owned()))
    });
    marked.collect()
}

/// What the rule finds in a file, by line.
fn run(rule: &Rule, number: usize, source: &str) -> Vec<(u32, String)> {
    let dir: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("page-{}-{number}", rule.name));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("go.mod"), "module example.com/page\n\ngo 1.24\n").unwrap();
    std::fs::write(dir.join("page.go"), source).unwrap();
    let graph = go_packages::load(&Settings::new(&dir, ["."])).unwrap();
    let packages = Mutex::new(Vec::new());
    let resolved = map_rules::resolve(&graph, |_, id, _| packages.lock().unwrap().push(id));
    let [id] = packages.into_inner().unwrap()[..] else { panic!("one package") };
    let package = Arc::clone(resolved.package(id).unwrap());
    let errors: Vec<_> = package.files.iter().flat_map(|file| file.tree.errors()).collect();
    assert!(
        errors.is_empty() && package.notes.is_empty(),
        "{}, example {}: {errors:?} {:?}",
        rule.name,
        number + 1,
        package.notes
    );
    let tree = Arc::clone(&package.files[0].tree);
    let targets = vec![Target { package, files: vec![0] }];
    let check =
        Check { program: &resolved.program, targets, facts: Facts::default(), shared: Default::default() };
    let found = (rule.check)(&check).into_iter();
    let mut found: Vec<_> =
        found.map(|finding| (tree.line(finding.place.span.start), finding.message)).collect();
    found.sort();
    found
}
