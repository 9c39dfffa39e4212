//! The drawing: one line for each row, one dot for each column, at the multiple of plain go.

use std::fmt::Write as _;

use super::columns::Column;
use super::results::Results;
use super::rows::{Ceiling, Row};

/// The columns drawn, the winner's dot above the others'.
const DRAWN: [Column; 4] = [Column::Race, Column::TsanAtomics, Column::TsanMaps, Column::Guard];

const WIDTH: f64 = 860.0;
/// Where the axis begins and ends.
const LEFT: f64 = 268.0;
const RIGHT: f64 = WIDTH - 28.0;
const TOP: f64 = 96.0;
const LINE: f64 = 17.0;
const GROUP: f64 = 27.0;

/// Both sets of colours have a ground of their own, so that the drawing is right on any page.
const STYLE: &str = "\
    text{font:12px -apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#24292f}\
    .title{font-size:16px;font-weight:600}.soft{fill:#57606a}.group{font-weight:600}\
    .end{text-anchor:end}.middle{text-anchor:middle}\
    .ground{fill:#ffffff;stroke:#d0d7de}.grid{stroke:#d8dee4}.one{stroke:#57606a}.line{stroke:#eaeef2}\
    .floor{stroke:#1a7f37;stroke-width:2.5}\
    .mapguard{fill:#1a7f37}.tsan-maps{fill:#bf8700}.tsan-maps-atomics{fill:#bc4c00}.race{fill:#cf222e}\
    circle{stroke:#ffffff;stroke-width:1}\
    @media (prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9198a1}\
    .ground{fill:#0d1117;stroke:#3d444d}.grid{stroke:#2a313c}.one{stroke:#9198a1}.line{stroke:#1c2128}\
    .floor{stroke:#3fb950}.mapguard{fill:#3fb950}.tsan-maps{fill:#e3b341}.tsan-maps-atomics{fill:#f0883e}\
    .race{fill:#ff7b72}circle{stroke:#0d1117}}";

/// Maps ratios to the axis.
struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    fn x(&self, ratio: f64) -> f64 {
        let part = (ratio.max(self.low) / self.low).ln() / (self.high / self.low).ln();
        LEFT + part * (RIGHT - LEFT)
    }

    /// Round numbers: 1, 2, 5, 10, …
    fn marks(&self) -> impl Iterator<Item = f64> {
        let steps = (-2..6).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power)));
        steps.filter(|mark| (self.low..=self.high).contains(mark))
    }
}

/// The whole drawing. Nothing if nothing was measured.
pub(crate) fn draw(results: &Results) -> String {
    let rows: Vec<&Row> = results.rows().filter(|row| !row.is_live()).collect();
    let all = rows.iter().flat_map(|row| DRAWN.iter().filter_map(|&column| results.ratio(row, column)));
    let (low, high) = all.fold((1.0_f64, 2.0_f64), |(low, high), r| (low.min(r), high.max(r)));
    let axis = Axis { low: low / 1.15, high: high * 1.15 };
    let groups = 1 + rows.windows(2).filter(|pair| pair[0].group != pair[1].group).count();
    let bottom = TOP + rows.len() as f64 * LINE + groups as f64 * GROUP;
    let height = bottom + 34.0;

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-label=\"Cost as a multiple of plain go\">\n<style>{STYLE}</style>\n\
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n\
         <text class=\"title\" x=\"20\" y=\"30\">Cost as a multiple of plain go</text>\n\
         <text class=\"soft end\" x=\"{RIGHT}\" y=\"30\">logarithmic; left is better</text>\n",
        WIDTH - 1.0,
        height - 1.0
    );
    legend(&mut svg);
    for mark in axis.marks() {
        let x = axis.x(mark);
        let class = if mark == 1.0 { "one" } else { "grid" };
        for y in [TOP - 6.0, bottom + 20.0] {
            let _ = writeln!(svg, "<text class=\"soft middle\" x=\"{x:.1}\" y=\"{y:.1}\">{mark}×</text>");
        }
        let _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{:.1}\"/>",
            bottom + 6.0
        );
    }
    let mut y = TOP;
    let mut group = "";
    for row in rows {
        if row.group != group {
            group = row.group;
            y += GROUP;
            let _ =
                writeln!(svg, "<text class=\"group\" x=\"20\" y=\"{:.1}\">{}</text>", y - 5.0, escape(group));
        }
        line(&mut svg, results, row, &axis, y + LINE / 2.0);
        y += LINE;
    }
    svg.push_str("</svg>\n");
    svg
}

fn legend(svg: &mut String) {
    let mut x = 26.0;
    for column in DRAWN.iter().rev() {
        let (class, title) = (column.key(), column.title());
        let _ = writeln!(svg, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"54\" r=\"5.5\"/>");
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"58\">{title}</text>", x + 11.0);
        x += 34.0 + 6.6 * title.chars().count() as f64;
    }
    let _ = writeln!(svg, "<line class=\"floor\" x1=\"{x:.1}\" y1=\"47\" x2=\"{x:.1}\" y2=\"61\"/>");
    let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"58\">what mapguard may cost at most</text>", x + 8.0);
}

fn line(svg: &mut String, results: &Results, row: &Row, axis: &Axis, y: f64) {
    let name = escape(row.name);
    let _ = writeln!(svg, "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{name}</text>", LEFT - 10.0, y + 4.0);
    let _ = writeln!(svg, "<line class=\"line\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{RIGHT}\" y2=\"{y:.1}\"/>");
    let most = match (row.ceiling, results.median(row, Column::Plain)) {
        (Ceiling::Times(times), _) => Some(times),
        (Ceiling::More(more), Some(plain)) => Some(1.0 + more / plain),
        _ => None,
    };
    if let Some(x) = most.filter(|&most| most <= axis.high).map(|most| axis.x(most)) {
        let (from, to) = (y - 7.0, y + 7.0);
        let _ = writeln!(
            svg,
            "<line class=\"floor\" x1=\"{x:.1}\" y1=\"{from:.1}\" x2=\"{x:.1}\" y2=\"{to:.1}\"/>"
        );
    }
    for column in DRAWN {
        let Some(ratio) = results.ratio(row, column) else { continue };
        let radius = if column == Column::Guard { 5.5 } else { 4.5 };
        let (class, title) = (column.key(), column.title());
        let _ = writeln!(
            svg,
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{radius}\">\
             <title>{name}, {title}: {ratio:.2}×</title></circle>",
            axis.x(ratio)
        );
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::super::results::tests::of;
    use super::super::rows::ROWS;
    use super::*;

    #[test]
    fn draws_each_column_once() {
        let columns = [(Column::Plain, 10.0), (Column::Guard, 12.0), (Column::Race, 90.0)];
        let svg = draw(&of(&ROWS[0], &columns));
        assert_eq!(svg.matches("<title>").count(), 2);
        assert!(svg.contains("mapguard: 1.20×") && svg.contains("go -race: 9.00×"));
    }

    #[test]
    fn the_axis_is_logarithmic() {
        let axis = Axis { low: 1.0, high: 100.0 };
        assert!((axis.x(10.0) - (LEFT + RIGHT) / 2.0).abs() < 1e-9);
        assert_eq!(axis.marks().collect::<Vec<_>>(), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
    }
}
