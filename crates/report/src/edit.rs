//! Changes of files: applied, and shown.

use std::fmt::Write as _;

use crate::diagnostic::Edit;
use crate::files::Files;

/// Lines around a change that are shown.
const AROUND: usize = 3;

/// Applies edits of one file to its text. Of edits that overlap, or insert at one place, the first is taken. The
/// numbers are those of the edits that were taken.
pub fn apply(source: &[u8], edits: &[&Edit]) -> (Vec<u8>, Vec<usize>) {
    let mut order: Vec<usize> = (0..edits.len()).collect();
    order.sort_by_key(|&at| (edits[at].place.range.start, edits[at].place.range.end));
    let (mut out, mut taken) = (Vec::with_capacity(source.len() + 64), Vec::new());
    let mut done = 0;
    let mut last: Option<&Edit> = None;
    for at in order {
        let edit = edits[at];
        let range = &edit.place.range;
        // Two findings may have the same mend: it is made once, and both are mended.
        if last.is_some_and(|last| last == edit) {
            taken.push(at);
            continue;
        }
        let touches = last.is_some_and(|last| range.start < done || *range == last.place.range);
        if touches || range.end > source.len() || range.start > range.end {
            continue;
        }
        out.extend_from_slice(&source[done..range.start]);
        out.extend_from_slice(edit.text.as_bytes());
        done = range.end;
        taken.push(at);
        last = Some(edit);
    }
    out.extend_from_slice(&source[done..]);
    (out, taken)
}

/// The change of one file as `diff -u` shows it; `edits` must not overlap.
pub fn diff(files: &Files, file: usize, edits: &[&Edit]) -> String {
    let path = files.path(file);
    let mut text = format!("--- {path}\n+++ {path}\n");
    let old: Vec<&[u8]> = files.source(file).split_inclusive(|byte| *byte == b'\n').collect();
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| (edit.place.range.start, edit.place.range.end));
    edits.dedup();
    let lines = |edit: &Edit| {
        let first = files.at(file, edit.place.range.start).line - 1;
        (first, files.at(file, edit.place.range.end).line.min(old.len().max(1)))
    };
    // By how much lines have moved.
    let mut moved = 0_isize;
    let mut rest = &edits[..];
    while let Some(&first) = rest.first() {
        let (begin, mut end) = lines(first);
        let mut count = 1;
        while let Some(next) = rest.get(count).filter(|next| lines(next).0 <= end + 2 * AROUND) {
            end = end.max(lines(next).1);
            count += 1;
        }
        let (here, after) = rest.split_at(count);
        rest = after;
        let new = changed(files, file, here, &lines);
        let (from, to) = (begin.saturating_sub(AROUND), (end + AROUND).min(old.len()));
        let new_len = new.iter().filter(|(sign, _)| *sign != '-').count() + (begin - from) + (to - end);
        let _ = writeln!(
            text,
            "@@ -{},{} +{},{new_len} @@",
            from + 1,
            to - from,
            (from + 1).saturating_add_signed(moved)
        );
        let around = |range: std::ops::Range<usize>| old[range].iter().map(|line| (' ', line.to_vec()));
        for (sign, line) in around(from..begin).chain(new).chain(around(end..to)) {
            text.push(sign);
            text.push_str(&String::from_utf8_lossy(&line));
            if !line.ends_with(b"\n") {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
        moved += new_len as isize - (to - from) as isize;
    }
    text
}

/// The lines that edits change, and between them those that stay.
fn changed(
    files: &Files,
    file: usize,
    edits: &[&Edit],
    lines: &impl Fn(&Edit) -> (usize, usize),
) -> Vec<(char, Vec<u8>)> {
    let begin = edits.iter().map(|edit| lines(edit).0).min().unwrap_or_default();
    let end = edits.iter().map(|edit| lines(edit).1).max().unwrap_or_default();
    let (start, stop) = (files.line_start(file, begin + 1), files.line_start(file, end + 1));
    let old = &files.source(file)[start..stop];
    let moved: Vec<Edit> = edits.iter().map(|edit| shift(edit, start)).collect();
    let (new, _) = apply(old, &moved.iter().collect::<Vec<_>>());
    let split = |text: &[u8]| -> Vec<Vec<u8>> {
        text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (old, new) = (split(old), split(&new));
    let same = |a: &[Vec<u8>], b: &[Vec<u8>]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let head = same(&old, &new);
    let back = |lines: &[Vec<u8>]| lines[head..].iter().rev().cloned().collect::<Vec<_>>();
    let tail = same(&back(&old), &back(&new));
    let sign =
        |sign: char, lines: &[Vec<u8>]| lines.iter().map(|line| (sign, line.clone())).collect::<Vec<_>>();
    let mut out = sign(' ', &old[..head]);
    out.extend(sign('-', &old[head..old.len() - tail]));
    out.extend(sign('+', &new[head..new.len() - tail]));
    out.extend(sign(' ', &old[old.len() - tail..]));
    out
}

/// An edit of what begins at `start`.
fn shift(edit: &Edit, start: usize) -> Edit {
    let mut edit = edit.clone();
    edit.place.range = edit.place.range.start - start..edit.place.range.end - start;
    edit
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::files::Place;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { place: Place { file: 0, range: start..end }, text: text.to_owned() }
    }

    #[test]
    fn overlapping_edits_wait_for_the_next_time() {
        let edits = [edit(4, 6, "XY"), edit(0, 2, "-"), edit(1, 3, "no"), edit(6, 6, "+"), edit(6, 6, "+")];
        let (text, taken) = apply(b"abcdefgh", &edits.iter().collect::<Vec<_>>());
        assert_eq!((String::from_utf8(text).unwrap().as_str(), taken), ("-cdXY+gh", vec![1, 0, 3, 4]));
    }

    #[test]
    fn the_change_is_shown_as_diff_does() {
        let mut files = Files::default();
        let source: String = (1..=20).map(|line| format!("{line}\n")).collect();
        files.add("a.go".into(), Arc::from(source.as_bytes()));
        let at = |line: usize| files.line_start(0, line);
        let edits = [edit(at(2), at(2), "new\n"), edit(at(18), at(18) + 2, "x")];
        let shown = diff(&files, 0, &edits.iter().collect::<Vec<_>>());
        assert_eq!(
            shown,
            "--- a.go\n+++ a.go\n@@ -1,5 +1,6 @@\n 1\n+new\n 2\n 3\n 4\n 5\n@@ -15,6 +16,6 @@\n 15\n 16\n 17\n-18\n+x\n 19\n 20\n"
        );
    }
}
