use std::path::Path;

use clap::CommandFactory;

use super::*;
use crate::cli::Cli;

#[test]
fn each_option_has_its_key() {
    let command = Cli::command();
    let mut options: Vec<&str> = command.get_arguments().filter_map(|arg| arg.get_long()).collect();
    options.retain(|name| !["config", "help", "version"].contains(name));
    assert_eq!(options, KEYS);
    for key in KEYS {
        // Each takes some value, from the file too.
        let text = format!("{key} = \"log\"");
        match file::parse(Path::new("f"), &text) {
            Ok(file) => assert_ne!(file.layer, Layer::default(), "{key}"),
            Err(error) => assert!(matches!(error, ConfigError::Value { .. }), "{key}"),
        }
    }
}

#[test]
fn an_empty_variable_says_nothing() {
    let layer = Layer::of_environment(|name| match name {
        "MAPGUARD_POLICY" => Some("".into()),
        "MAPGUARD_FORMAT" => Some("json".into()),
        _ => None,
    });
    assert_eq!(layer.unwrap(), Layer { format: Some(Format::Json), ..Layer::default() });
}

#[test]
fn suggests_what_is_near_only() {
    assert_eq!(nearest("polcy", &KEYS), "; did you mean `policy`?");
    assert_eq!(nearest("POLICY", &KEYS), "; did you mean `policy`?");
    assert_eq!(nearest("zebra", &KEYS), "");
}

#[test]
fn the_example_in_the_documentation_is_sound() {
    let text = include_str!("../../../../docs/mapguard.toml");
    let all: String = text
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")).unwrap_or(line))
        .map(|line| format!("{line}\n"))
        .collect();
    let file = file::parse(Path::new("docs/mapguard.toml"), &all).unwrap();
    let check = file.check;
    let layer = file.layer;
    assert!(
        layer.policy.is_some()
            && layer.format.is_some()
            && layer.output.is_some()
            && layer.sites.is_some()
            && layer.go.is_some()
    );
    assert!(check.rules.is_some() && check.confidence.is_some() && check.baseline.is_some());
    let lists = [&check.disable, &check.paths, &check.exclude, &check.locks, &check.sources];
    assert!(lists.iter().all(|list| !list.is_empty()) && !check.severity.is_empty());
}
