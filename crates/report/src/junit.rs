//! JUnit's XML, which nearly every CI system shows: a suite for each package, a failure for each finding, and a
//! test that passed for a package without any.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Report};

/// The report.
pub fn render(report: &Report<'_>) -> String {
    let mut suites: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for package in &report.summary.packages {
        suites.entry(package).or_default();
    }
    for it in report.diagnostics {
        suites.entry(&it.package).or_default().push(it);
    }
    let failures = report.diagnostics.len();
    let tests: usize = suites.values().map(|found| found.len().max(1)).sum();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mapguard check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n"
    );
    for (package, found) in suites {
        let name = escaped(package);
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">",
            found.len().max(1),
            found.len()
        );
        if found.is_empty() {
            let _ = writeln!(text, "    <testcase classname=\"{name}\" name=\"mapguard check\"/>");
        }
        for it in found {
            case(&mut text, report, it);
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn case(text: &mut String, report: &Report<'_>, it: &Diagnostic) {
    let files = report.files;
    let shown = files.shown(&it.place);
    let mut body = format!("{shown}: {}: {}\n", it.rule, it.message);
    for note in &it.notes {
        let _ = writeln!(body, "{}: {}", files.shown(&note.place), note.text);
    }
    if !it.help.is_empty() {
        let _ = writeln!(body, "help: {}", it.help);
    }
    let _ = write!(
        text,
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
        escaped(&it.package),
        escaped(&format!("{} at {shown}", it.rule)),
        escaped(files.path(it.place.file)),
        files.start(&it.place).line,
        escaped(&it.rule),
        escaped(&it.message),
        escaped(&body),
    );
}

/// Text within XML. What XML cannot have at all is replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(letter),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_the_xml() {
        assert_eq!(escaped("a<b>&\"c\"\u{1}\n"), "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}\n");
    }
}
