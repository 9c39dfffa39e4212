//! Reads what the compiler prints under `-S -m`: one instruction a line, and one line for each call that it inlined.

/// A line that says something of map writes, or where code is.
#[derive(Debug, PartialEq)]
pub(super) enum Said<'a> {
    /// An instruction. A call has what it calls.
    Instruction { file: &'a str, line: u32, calls: Option<&'a str> },
    /// A call that is no more: the function called was inlined. The file is as go shows it, maybe relative. The position is that
    /// of the outermost call: where what was inlined has such calls itself, they follow with the same one.
    Inlined { file: &'a str, line: u32, column: u32, calls: &'a str },
}

/// What a line says; most say nothing of interest.
///
/// An instruction is `\t0x0065 00101 (/src/a.go:29)\tCALL\truntime.mapassign(SB)`. Its position is that of the innermost inlined
/// call. Where a `//line` directive holds, the real position follows in brackets: `(a.y:3[/src/a.go:29])`.
pub(super) fn read(line: &str) -> Option<Said<'_>> {
    match line.strip_prefix("\t0x") {
        Some(rest) => instruction(rest),
        None => inlined(line),
    }
}

fn instruction(rest: &str) -> Option<Said<'_>> {
    // A dump of the bytes has no decimal offset and no parenthesis there.
    let (_, rest) = rest.split_once(' ')?;
    let (offset, rest) = rest.split_once(' ')?;
    if offset.len() < 5 || !offset.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (position, code) = rest.strip_prefix('(')?.split_once(")\t")?;
    let real = match position.split_once('[') {
        Some((_, real)) => real.strip_suffix(']')?,
        None => position,
    };
    let (file, line) = real.rsplit_once(':')?;
    let calls = code.strip_prefix("CALL\t").or_else(|| code.strip_prefix("JMP\t"));
    let calls = calls.and_then(|target| target.strip_suffix("(SB)"));
    Some(Said::Instruction { file, line: line.parse().ok()?, calls })
}

/// `./a.go:79:11: inlining call to maps.Copy[…]`.
fn inlined(line: &str) -> Option<Said<'_>> {
    let (position, calls) = line.split_once(": inlining call to ")?;
    let (rest, column) = position.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some(Said::Inlined { file, line: line.parse().ok()?, column: column.parse().ok()?, calls })
}

/// Functions of the library that write to a map that they are given, or make one and fill it.
const LIBRARY: [&str; 7] = [
    "maps.Clone",
    "maps.Collect",
    "maps.Copy",
    "maps.DeleteFunc",
    "maps.Insert",
    "reflect.Value.Clear",
    "reflect.Value.SetMapIndex",
];

/// The kind of write that a call to `function` is.
pub(super) fn kind(function: &str) -> Option<&'static str> {
    if let Some(name) = function.strip_prefix("runtime.map") {
        return ["assign", "delete", "clear"].into_iter().find(|kind| name.starts_with(kind));
    }
    // A generic function has its type arguments behind it.
    let name = function.split('[').next()?;
    LIBRARY.into_iter().find(|library| *library == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_instructions() {
        let call = "\t0x0065 00101 (/src/a.go:29)\tCALL\truntime.mapassign(SB)";
        let calls = Some("runtime.mapassign");
        assert_eq!(read(call), Some(Said::Instruction { file: "/src/a.go", line: 29, calls }));
        let other = "\t0x0065 00101 (/src/a (b).go:29)\tMOVQ\tAX, (SP)";
        assert_eq!(read(other), Some(Said::Instruction { file: "/src/a (b).go", line: 29, calls: None }));
        let generic = "\t0x0065 00101 (a.go:2)\tCALL\tmaps.Copy[go.shape.struct { F func(int) }](SB)";
        let calls = Some("maps.Copy[go.shape.struct { F func(int) }]");
        assert_eq!(read(generic), Some(Said::Instruction { file: "a.go", line: 2, calls }));
    }

    #[test]
    fn knows_the_real_line_under_a_directive() {
        let line = "\t0x0000 00000 (a.y:3[/src/a.go:29])\tCALL\truntime.mapclear(SB)";
        let calls = Some("runtime.mapclear");
        assert_eq!(read(line), Some(Said::Instruction { file: "/src/a.go", line: 29, calls }));
    }

    #[test]
    fn passes_over_the_rest() {
        for line in [
            "# net/http",
            "a.F STEXT size=79 args=0x8 locals=0x18 funcid=0x0 align=0x0",
            "\t0x0000 49 3b 66 10 76 3f 55 48 89 e5 48 83 ec 18 48 8b  I;f.v?UH..H...H.",
            "\trel 101+4 t=R_CALL runtime.mapassign_faststr+0",
            "./a.go:79:11: m does not escape",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn reads_inlined_calls() {
        let line = "./a.go:79:11: inlining call to maps.Copy[go.shape.map[string]int]";
        let calls = "maps.Copy[go.shape.map[string]int]";
        assert_eq!(read(line), Some(Said::Inlined { file: "./a.go", line: 79, column: 11, calls }));
    }

    #[test]
    fn knows_kinds() {
        assert_eq!(kind("runtime.mapassign_fast64ptr"), Some("assign"));
        assert_eq!(kind("runtime.mapdelete"), Some("delete"));
        assert_eq!(kind("runtime.mapaccess2"), None);
        assert_eq!(kind("maps.Copy[go.shape.int]"), Some("maps.Copy"));
        assert_eq!(kind("reflect.Value.SetMapIndex"), Some("reflect.Value.SetMapIndex"));
    }
}
