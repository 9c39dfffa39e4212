//! Which experiments are on: tags such as `goexperiment.jsonv2`.
//!
//! Each release has its own, and says so in internal/buildcfg/exp.go. That is read, so that releases that
//! are not out yet are known too.

use std::collections::{BTreeMap, BTreeSet};

/// The experiments that are on, in lower case. `source` is exp.go, `changes` is `GOEXPERIMENT`.
pub(crate) fn enabled(source: &str, goos: &str, goarch: &str, changes: &str) -> BTreeSet<String> {
    let mut on = baseline(source, goos, goarch);
    for change in changes.split(',').filter(|change| !change.is_empty()) {
        match change.strip_prefix("no") {
            _ if change == "none" => on.clear(),
            Some(name) => _ = on.remove(name),
            None => _ = on.insert(change.to_owned()),
        }
    }
    on
}

/// Those that are on if nobody says otherwise: the fields of `goexperiment.Flags{…}` that are set to `true`,
/// or to a variable that holds for the platform.
fn baseline(source: &str, goos: &str, goarch: &str) -> BTreeSet<String> {
    let mut on = BTreeSet::new();
    // Variables: `x := goos != "a" && …`, or `x = true` below a `case "amd64", "arm64":`.
    let mut variables = BTreeMap::new();
    let mut in_case = false;
    let mut in_flags = false;
    for line in source.lines().map(str::trim) {
        let quoted = |value: &str| line.split('"').skip(1).step_by(2).any(|word| word == value);
        if line.starts_with("baseline := goexperiment.Flags{") {
            in_flags = true;
        } else if in_flags {
            if line.starts_with('}') {
                break;
            }
            let Some((name, value)) = line.trim_end_matches(',').split_once(':') else { continue };
            let value = value.trim();
            if value == "true" || variables.get(value) == Some(&true) {
                on.insert(name.trim().to_lowercase());
            }
        } else if line.starts_with("case ") {
            in_case = quoted(goarch);
        } else if let Some((name, value)) = line.split_once(":=") {
            variables.insert(name.trim(), value.contains("goos != ") && !quoted(goos));
        } else if let Some((name, "true")) = line.split_once(" = ") {
            if in_case {
                variables.insert(name, true);
            }
        } else if line == "}" {
            in_case = false;
        }
    }
    on
}

#[cfg(test)]
mod tests {
    use super::enabled;

    const SOURCE: &str = r#"
	switch goarch {
	case "amd64", "arm64":
		regabiAlwaysOn = true
		regabiSupported = true
	case "s390x":
		regabiSupported = true
	}
	dwarf5Supported := (goos != "darwin" && goos != "aix")
	baseline := goexperiment.Flags{
		RegabiArgs:   regabiSupported,
		Dwarf5:       dwarf5Supported,
		JSONv2:       true,
		Off:          false,
	}
"#;

    fn on(goos: &str, goarch: &str, changes: &str) -> String {
        enabled(SOURCE, goos, goarch, changes).into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn by_platform() {
        assert_eq!(on("linux", "amd64", ""), "dwarf5 jsonv2 regabiargs");
        assert_eq!(on("linux", "s390x", ""), "dwarf5 jsonv2 regabiargs");
        assert_eq!(on("darwin", "386", ""), "jsonv2");
    }

    #[test]
    fn by_environment() {
        assert_eq!(on("linux", "386", "nodwarf5,simd"), "jsonv2 simd");
        assert_eq!(on("linux", "386", "none"), "");
    }
}
