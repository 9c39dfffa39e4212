//! What a detector found: two accesses and where they were made.

use serde::Deserialize;

/// One line of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Frame {
    pub(crate) function: String,
    pub(crate) file: String,
    pub(crate) line: u32,
}

impl Frame {
    /// `render.go:54`
    pub(crate) fn place(&self) -> String {
        let name = self.file.rsplit('/').next().unwrap_or_default();
        format!("{name}:{}", self.line)
    }

    /// Whether it belongs to what the runtime does for the program.
    fn is_runtime(&self) -> bool {
        ["runtime.", "internal/runtime/", "internal/race."]
            .iter()
            .any(|start| self.function.starts_with(start))
    }
}

/// Two accesses that nothing orders: the stack of each, innermost frame first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) stacks: Vec<Vec<Frame>>,
}

#[derive(Deserialize)]
struct Line {
    schema: String,
    #[serde(default)]
    accesses: Vec<Access>,
}

#[derive(Deserialize)]
struct Access {
    stack: Vec<Frame>,
}

impl Conflict {
    /// Reads the guard's findings: lines of JSON among other lines, or nothing else.
    pub(crate) fn from_json(text: &str) -> Vec<Conflict> {
        text.lines()
            .filter_map(|line| serde_json::from_str::<Line>(line.get(line.find("{\"schema\"")?..)?).ok())
            .filter(|line| line.schema == "mapguard.finding/1")
            .map(|line| Conflict { stacks: line.accesses.into_iter().map(|access| access.stack).collect() })
            .collect()
    }

    /// Reads the reports of `-race`, which the guard's text is like, out of a program's output.
    pub(crate) fn from_text(text: &str) -> Vec<Conflict> {
        let reports = text.split("WARNING: DATA RACE\n").skip(1);
        reports.map(|report| Conflict { stacks: stacks(report) }).collect()
    }

    /// The innermost frame of each access that is not the runtime's.
    pub(crate) fn tops(&self) -> Vec<Option<&Frame>> {
        self.stacks.iter().map(|stack| stack.iter().find(|frame| !frame.is_runtime())).collect()
    }

    /// The two places in one word.
    pub(crate) fn places(&self) -> String {
        let places = self.tops().into_iter().map(|top| top.map_or_else(|| "?".to_owned(), Frame::place));
        places.collect::<Vec<_>>().join(" / ")
    }

    /// Whether `other`, found by another detector, is about the same lines: each access's own line is
    /// in the other's stack.
    pub(crate) fn is_confirmed_by(&self, other: &Conflict) -> bool {
        let [a, b] = &self.tops()[..] else { return false };
        let [one, two] = &other.stacks[..] else { return false };
        let has = |stack: &[Frame], top: &Option<&Frame>| {
            // An empty stack is one that the race detector could not restore.
            stack.is_empty()
                || top.is_some_and(|top| stack.iter().any(|f| f.file == top.file && f.line == top.line))
        };
        has(one, a) && has(two, b) || has(one, b) && has(two, a)
    }
}

/// The stacks of the two accesses, which come first in a report.
fn stacks(report: &str) -> Vec<Vec<Frame>> {
    let mut stacks: Vec<Vec<Frame>> = Vec::new();
    let mut function = "";
    for line in report.lines() {
        if line.starts_with("Goroutine ") || line.starts_with("=====") {
            break;
        }
        if line.contains(" at 0x") && line.ends_with(':') && !line.starts_with(' ') {
            stacks.push(Vec::new());
        } else if let Some(place) = line.strip_prefix("      ") {
            let frame = place.split(" +0x").next().and_then(|place| place.rsplit_once(':'));
            if let (Some(stack), Some((file, number))) = (stacks.last_mut(), frame)
                && let Ok(line) = number.parse()
            {
                stack.push(Frame { function: function.to_owned(), file: file.to_owned(), line });
            }
        } else if let Some(name) = line.strip_prefix("  ") {
            function = name.strip_suffix("()").unwrap_or(name);
        }
    }
    stacks
}

#[cfg(test)]
mod tests {
    use super::*;

    const RACE: &str = "==================
WARNING: DATA RACE
Write at 0x00c000014150 by goroutine 8:
  runtime.mapassign_faststr()
      /go/src/internal/runtime/maps/runtime_faststr.go:263 +0x0
  example.com/a.(*Cache).Page()
      /a/render.go:54 +0x33e

Previous read at 0x00c000014150 by goroutine 7:
  [failed to restore the stack]

Goroutine 8 (running) created at:
  example.com/a.Warm()
      /a/render.go:71 +0x18e
==================
";
    const JSON: &str = r#"noise {"schema":"mapguard.finding/1","id":1,"accesses":[
{"op":"write","stack":[{"function":"example.com/a.(*Cache).Page","file":"/a/render.go","line":54}]},
{"op":"read","stack":[{"function":"example.com/a.Warm","file":"/a/render.go","line":64}]}]}"#;

    #[test]
    fn reads_a_race_report() {
        let found = Conflict::from_text(RACE);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].stacks.len(), 2);
        assert_eq!(found[0].places(), "render.go:54 / ?");
    }

    #[test]
    fn one_detector_confirms_the_other() {
        let guard = Conflict::from_json(&JSON.replace('\n', ""));
        assert_eq!(guard.len(), 1);
        assert_eq!(guard[0].places(), "render.go:54 / render.go:64");
        assert!(guard[0].is_confirmed_by(&Conflict::from_text(RACE)[0]));
        let elsewhere = RACE.replace("render.go:54", "render.go:55");
        assert!(!guard[0].is_confirmed_by(&Conflict::from_text(&elsewhere)[0]));
    }
}
