//! Which lines that ran belong to which writes of the source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Row, Run};

/// A write of the source, or a line that ran and is none of them.
pub(super) struct Joined {
    /// As the source has it.
    pub(super) row: Option<Row>,
    /// What ran there.
    pub(super) ran: Option<Ran>,
}

/// What ran at a place, all processes together.
#[derive(Clone)]
pub(super) struct Ran {
    pub(super) function: String,
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) op: String,
    pub(super) count: u64,
    /// In the process in which there were most.
    pub(super) goroutines: u64,
    pub(super) max_size: u64,
}

/// Operations of the guard that write.
const WRITES: [&str; 3] = ["assign", "delete", "clear"];

/// The guard's name for an operation of the source; none if it runs elsewhere.
fn runs_as(row: &Row) -> &'static [&'static str] {
    match &*row.op {
        "delete" => &["delete", "clear"],
        "clear" => &["clear"],
        "reflect.SetMapIndex" => &["assign", "delete"],
        "reflect.Clear" => &["clear"],
        op if op.starts_with("maps.") => &[],
        _ => &["assign"],
    }
}

/// Joins what the source has with what ran. Relative files of the source are below `here`.
pub(super) fn join(rows: Vec<Row>, runs: Vec<Run>, here: &Path) -> Vec<Joined> {
    // Only lines of files that the source has: the rest of the program is not what was asked for.
    let names: BTreeSet<String> = rows.iter().flat_map(|row| names(row, here)).collect();
    let mut ran: BTreeMap<(String, u32, String), Ran> = BTreeMap::new();
    for run in runs {
        for op in run.operations.iter().filter(|op| WRITES.contains(&op.as_str())) {
            let at = (run.file.clone(), run.line, op.clone());
            let all = ran.entry(at).or_insert_with(|| Ran {
                function: run.function.clone(),
                file: run.file.clone(),
                line: run.line,
                op: op.clone(),
                count: 0,
                goroutines: 0,
                max_size: 0,
            });
            all.count += run.count;
            all.goroutines = all.goroutines.max(run.goroutines);
            all.max_size = all.max_size.max(run.max_size);
        }
    }
    let mut used = BTreeSet::new();
    let mut joined = Vec::new();
    for row in rows {
        let mut found: Option<Ran> = None;
        for name in self::names(&row, here) {
            for &line in &row.call_lines {
                for op in runs_as(&row) {
                    let at = (name.clone(), line, (*op).to_owned());
                    let Some(ran) = ran.get(&at) else { continue };
                    used.insert(at);
                    match &mut found {
                        None => found = Some(ran.clone()),
                        Some(found) => {
                            found.count += ran.count;
                            found.goroutines = found.goroutines.max(ran.goroutines);
                            found.max_size = found.max_size.max(ran.max_size);
                        }
                    }
                }
            }
        }
        joined.push(Joined { row: Some(row), ran: found });
    }
    let others = ran.into_iter().filter(|(at, _)| names.contains(&at.0) && !used.contains(at));
    joined.extend(others.map(|(_, mut ran)| {
        if let Ok(below) = Path::new(&ran.file).strip_prefix(here) {
            ran.file = below.display().to_string();
        }
        Joined { row: None, ran: Some(ran) }
    }));
    joined
}

/// What the guard may call a file: its path, or with -trimpath the package's path and the file's name.
fn names(row: &Row, here: &Path) -> [String; 2] {
    let path = here.join(&row.file);
    let base = path.file_name().unwrap_or_default().to_string_lossy();
    let package = row.package.strip_suffix("_test").filter(|_| row.test).unwrap_or(&row.package);
    [path.display().to_string(), format!("{package}/{base}")]
}
