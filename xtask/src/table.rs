//! Tables: for a terminal and for a page, from the same rows.

/// Rows of cells under a head.
pub(crate) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: &[&str]) -> Table {
        Table { head: head.iter().map(|cell| (*cell).to_owned()).collect(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Columns side by side; numbers to the right.
    pub(crate) fn text(&self) -> String {
        let lines = || std::iter::once(&self.head).chain(&self.rows);
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| lines().filter_map(|line| line.get(column)).map(|c| c.chars().count()).max())
            .map(Option::unwrap_or_default)
            .collect();
        let mut text = String::new();
        for line in lines() {
            let mut out = String::new();
            for (column, (cell, &width)) in line.iter().zip(&widths).enumerate() {
                if column > 0 {
                    out.push_str("  ");
                }
                let space = " ".repeat(width - cell.chars().count());
                if self.is_number(column) {
                    out.push_str(&space);
                    out.push_str(cell);
                } else {
                    out.push_str(cell);
                    out.push_str(&space);
                }
            }
            text.push_str(out.trim_end());
            text.push('\n');
        }
        text
    }

    /// Markdown.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut text = line(&self.head);
        let rule = |column| if self.is_number(column) { "--:" } else { "---" };
        text.push_str(&format!("|{}|\n", (0..self.head.len()).map(rule).collect::<Vec<_>>().join("|")));
        for row in &self.rows {
            text.push_str(&line(row));
        }
        text
    }

    fn is_number(&self, column: usize) -> bool {
        let first =
            |row: &Vec<String>| row.get(column).is_some_and(|c| c.starts_with(|c: char| c.is_ascii_digit()));
        !self.rows.is_empty()
            && column > 0
            && self.rows.iter().all(|row| first(row) || row.get(column).is_none_or(|c| c == "-"))
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn aligns() {
        let mut table = Table::new(&["package", "s", "verdict"]);
        table.row(vec!["net/http".into(), "15.6".into(), "ok".into()]);
        table.row(vec!["io".into(), "7.0".into(), "not|ok".into()]);
        assert_eq!(table.text(), "package      s  verdict\nnet/http  15.6  ok\nio         7.0  not|ok\n");
        assert_eq!(
            table.markdown(),
            "| package | s | verdict |\n|---|--:|---|\n| net/http | 15.6 | ok |\n| io | 7.0 | not\\|ok |\n"
        );
    }
}
