//! The examples on the rules' pages: each block of Go is a package, marked as the fixtures are.

use std::fs;
use std::path::Path;

use map_rules::rules::RULES;

mod common;

#[test]
fn examples_are_found_as_marked() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("go.mod"), "module example.com/pages\n\ngo 1.24\n").unwrap();
    for rule in RULES {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(rule.page);
        let text = fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        assert!(text.starts_with(&format!("# {}\n", rule.name)), "{}", rule.page);
        let blocks: Vec<&str> =
            text.split("```go\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        assert!(blocks.len() >= 2, "{} has no bad and good example", rule.page);
        assert!(blocks[0].contains(&format!("// want {}", rule.name)), "{}: nothing is marked", rule.page);
        for (number, block) in blocks.iter().enumerate() {
            let package = folder.join(format!("{}-{number}", rule.name));
            fs::create_dir_all(&package).unwrap();
            fs::write(package.join("example.go"), block).unwrap();
        }
    }
    common::compare(&folder, |file, rule| file.starts_with(&format!("{}-", rule.name)));
}
