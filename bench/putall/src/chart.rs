//! Lines over a few places, with a logarithmic way up.

use std::fmt::Write as _;

pub struct Line {
    /// Its colour.
    pub class: &'static str,
    pub title: String,
    /// Which mark, and how high.
    pub points: Vec<(usize, f64)>,
}

/// How values are written.
pub struct Scale {
    /// At the side.
    pub show: fn(f64) -> String,
    /// At a point.
    pub tell: fn(f64) -> String,
}

pub struct Chart {
    pub title: &'static str,
    pub unit: &'static str,
    pub note: &'static str,
    /// Along the bottom, at equal distances.
    pub marks: Vec<String>,
    pub under: &'static str,
    pub scale: Scale,
    pub lines: Vec<Line>,
}

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 630.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = HEIGHT - 62.0;

/// Both sets of colours have a ground of their own, so that the drawing is right on any page.
const STYLE: &str = "\
    text{font:12px -apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#24292f}\
    .title{font-size:16px;font-weight:600}.soft{fill:#57606a}.end{text-anchor:end}.middle{text-anchor:middle}\
    .ground{fill:#ffffff;stroke:#d0d7de}.grid{stroke:#d8dee4}\
    polyline{fill:none;stroke:currentColor;stroke-width:1.8}circle{fill:currentColor}\
    .putall polyline{stroke-width:3.4}\
    .go-rwmutex polyline,.go-syncmap polyline,.go-putall polyline{stroke-dasharray:5 4}.nothing polyline{stroke-dasharray:1 4}\
    .putall{color:#1a7f37}.rwlock{color:#cf222e}.dashmap{color:#bf8700}.papaya{color:#0969da}.scc{color:#8250df}\
    .txmap{color:#bc4c00}.concread{color:#57606a}.imbl{color:#bf3989}.imbl-guard{color:#bf3989}\
    .go-rwmutex{color:#cf222e}.go-syncmap{color:#1b7c83}.go-putall{color:#9a6700}.nothing{color:#57606a}\
    @media (prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9198a1}\
    .ground{fill:#0d1117;stroke:#3d444d}.grid{stroke:#2a313c}\
    .putall{color:#3fb950}.rwlock{color:#ff7b72}.dashmap{color:#e3b341}.papaya{color:#58a6ff}.scc{color:#bc8cff}\
    .txmap{color:#f0883e}.concread{color:#9198a1}.imbl{color:#f778ba}.imbl-guard{color:#f778ba}\
    .go-rwmutex{color:#ff7b72}.go-syncmap{color:#56d4dd}.go-putall{color:#d29922}.nothing{color:#9198a1}}";

impl Chart {
    pub fn draw(&self) -> String {
        let title = self.title;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\" role=\"img\" aria-label=\"{title}\">\n<style>{STYLE}</style>\n\
             <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n\
             <text class=\"title\" x=\"20\" y=\"30\">{title}</text>\n\
             <text class=\"soft\" x=\"20\" y=\"50\">{}, logarithmic</text>\n",
            WIDTH - 1.0,
            HEIGHT - 1.0,
            self.unit
        );
        let values = || self.lines.iter().flat_map(|line| line.points.iter().map(|&(_, value)| value));
        let low = values().fold(f64::INFINITY, f64::min) / 1.2;
        let high = values().fold(0.0, f64::max) * 1.2;
        let y = |value: f64| BOTTOM - (value / low).ln() / (high / low).ln() * (BOTTOM - TOP);
        let step = (RIGHT - LEFT) / (self.marks.len().max(2) - 1) as f64;
        let x = |mark: usize| LEFT + step * mark as f64;
        for value in round(low, high) {
            let (y, text) = (y(value), (self.scale.show)(value));
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{RIGHT}\" y2=\"{y:.1}\"/>\
                 <text class=\"soft end\" x=\"{}\" y=\"{:.1}\">{text}</text>",
                LEFT - 8.0,
                y + 4.0
            );
        }
        for (number, mark) in self.marks.iter().enumerate() {
            let (x, y) = (x(number), BOTTOM + 18.0);
            let _ = writeln!(svg, "<text class=\"soft middle\" x=\"{x:.1}\" y=\"{y}\">{mark}</text>");
        }
        let middle = f64::midpoint(LEFT, RIGHT);
        let _ = writeln!(
            svg,
            "<text class=\"soft middle\" x=\"{middle}\" y=\"{}\">{}</text>\n\
             <text class=\"soft end\" x=\"{}\" y=\"{}\">{}</text>",
            BOTTOM + 38.0,
            self.under,
            WIDTH - 20.0,
            HEIGHT - 14.0,
            self.note
        );
        // The first line is drawn last, above the others.
        for line in self.lines.iter().rev() {
            let points: Vec<String> =
                line.points.iter().map(|&(mark, value)| format!("{:.1},{:.1}", x(mark), y(value))).collect();
            let _ = writeln!(svg, "<g class=\"{}\"><polyline points=\"{}\"/>", line.class, points.join(" "));
            for &(mark, value) in &line.points {
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.4\"><title>{}, {}: {}</title></circle>",
                    x(mark),
                    y(value),
                    escape(&line.title),
                    self.marks[mark],
                    (self.scale.tell)(value)
                );
            }
            svg.push_str("</g>\n");
        }
        self.legend(&mut svg, y);
        svg.push_str("</svg>\n");
        svg
    }

    /// Names beside the ends of lines, from the highest to the lowest, none above another.
    fn legend(&self, svg: &mut String, y: impl Fn(f64) -> f64) {
        let end = |line: &Line| line.points.last().map_or(BOTTOM, |&(_, value)| y(value));
        let mut lines: Vec<(f64, &Line)> = self.lines.iter().map(|line| (end(line), line)).collect();
        lines.sort_by(|a, b| a.0.total_cmp(&b.0));
        let below = lines.len();
        let mut last = TOP - 20.0;
        for (number, (wanted, line)) in lines.into_iter().enumerate() {
            let lowest = BOTTOM + 6.0 - 17.0 * (below - number - 1) as f64;
            let at = wanted.min(lowest).max(last + 17.0);
            last = at;
            let _ = writeln!(
                svg,
                "<g class=\"{}\"><polyline points=\"{},{at:.1} {},{at:.1}\"/>\
                 <text x=\"{}\" y=\"{:.1}\">{}</text></g>",
                line.class,
                RIGHT + 14.0,
                RIGHT + 36.0,
                RIGHT + 42.0,
                at + 4.0,
                escape(&line.title)
            );
        }
    }
}

/// 1, 10, 100, …, and 2 and 5 between them if there is room.
fn round(low: f64, high: f64) -> Vec<f64> {
    let steps: &[f64] = if high / low > 2e3 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let all = (-6..12).flat_map(|power: i32| {
        steps.iter().map(move |step| format!("{step}e{power}").parse().unwrap_or_default())
    });
    all.filter(|value| (low..=high).contains(value)).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_each_point_once() {
        let line = Line { class: "putall", title: "a<b".to_owned(), points: vec![(0, 1.0), (1, 100.0)] };
        let chart = Chart {
            title: "t",
            unit: "u",
            note: "",
            marks: vec!["1".to_owned(), "2".to_owned()],
            under: "",
            scale: Scale { show: |value| value.to_string(), tell: |value| value.to_string() },
            lines: vec![line],
        };
        let svg = chart.draw();
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("a&lt;b, 2: 100"));
    }

    #[test]
    fn marks_are_round() {
        assert_eq!(round(0.9, 11.0), [1.0, 2.0, 5.0, 10.0]);
        assert_eq!(round(0.9, 11_000.0), [1.0, 10.0, 100.0, 1000.0, 10_000.0]);
    }
}
