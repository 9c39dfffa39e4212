//! The demo's output as a picture of a terminal, for the README.

use std::fmt::Write as _;

const LINE: usize = 18;
const MARGIN: usize = 20;
const WIDTH: usize = 980;

/// Draws `text`, without the frames that are not the demo's own; paths are shown from `root` on.
pub(super) fn draw(text: &str, root: &str) -> String {
    let lines = shorten(text, root);
    let height = (lines.len() + 1) * LINE + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
         role=\"img\" aria-label=\"Output of mapguard test\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1f27\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, monospace\" font-size=\"13\" fill=\"#c9d1d9\">\n"
    );
    let prompt = "$ mapguard test ./...".to_owned();
    for (number, line) in std::iter::once(&prompt).chain(&lines).enumerate() {
        let y = MARGIN + (number + 1) * LINE - 4;
        let _ = writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"{y}\" xml:space=\"preserve\"{}>{}</text>",
            style(line),
            escape(line)
        );
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Leaves out frames outside the demo, and where goroutines were created.
fn shorten(text: &str, root: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut skip = 0;
    let mut created = false;
    for line in text.lines() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        if line.starts_with("Goroutine ") {
            created = true;
        }
        if created {
            created = !line.is_empty();
            continue;
        }
        let frame = line.starts_with("  ") && line.ends_with("()");
        if frame && (!line.starts_with("  shop") || line.contains("-fm")) {
            skip = 1;
            if lines.last().is_some_and(|last| last != "  …") {
                lines.push("  …".to_owned());
            }
            continue;
        }
        lines.push(line.replace(&format!("{root}/"), "").replace(" // want race", ""));
    }
    lines
}

fn style(line: &str) -> &'static str {
    if line.starts_with('$') {
        " fill=\"#8b949e\""
    } else if line.starts_with("WARNING") || line.contains("FAIL") {
        " fill=\"#ff7b72\" font-weight=\"bold\""
    } else if line.starts_with("Read at") || line.starts_with("Previous write") {
        " fill=\"#ffd866\""
    } else if line.starts_with("Map operations") || line.starts_with("  render.go") {
        " fill=\"#79c0ff\""
    } else if line.starts_with("Advice") || line.starts_with("ok") {
        " fill=\"#7ee787\""
    } else {
        ""
    }
}

fn escape(line: &str) -> String {
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\t', "    ")
}
