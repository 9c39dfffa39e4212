//! What go runs in the place of the compiler and the linker: the same, with a flag more.
//!
//! `mapguard toolexec options=LIST TOOL ARGS…`. For the compiler: functions of sync/atomic are to stay calls, so
//! that the guard sees them; the typed atomics are calls already (`go/sync/atomic`), and so the
//! flag, which also turns math/bits and the like into calls, is spared where only those are
//! used and the package is the standard library's. For the linker: the options that the program
//! starts with.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::cache::fingerprint;

/// The subcommand of mapguard that does this.
pub const WORD: &str = "toolexec";
/// How the word begins that carries the options for the linker. A word and no variable of the
/// environment: `go run` and `go test` hand that on to the program.
pub const OPTIONS: &str = "options=";

const CALLS: &str = "-d=ssa/intrinsics/off";
/// Changes whenever what this wrapper adds changes: go keeps what it built under it.
const RULES: &str = "mapguard/2";

/// Runs `words`: the options, a tool and its arguments. Only returns if that fails.
pub fn run(words: &[OsString]) -> ExitCode {
    let Some((options, words)) =
        words.split_first().and_then(|(first, rest)| Some((first.to_str()?.strip_prefix(OPTIONS)?, rest)))
    else {
        return fail("toolexec is for the go command: it takes options, a tool and its arguments");
    };
    let Some(at) = words.iter().position(|word| tool_name(word).is_some()) else {
        return exec(words, &[]);
    };
    let name = tool_name(&words[at]).unwrap_or_default();
    let (tool, args) = words.split_at(at + 1);
    if args.first().is_some_and(|arg| arg == "-V=full") {
        return version(words, name, options);
    }
    let added: Vec<OsString> = match name {
        "compile" if atomics_stay_calls(args) => vec![CALLS.into()],
        "link" if !options.is_empty() => vec![format!("-X=runtime.guardOptions={options}").into()],
        _ => vec![],
    };
    exec(tool, &[&added, args].concat())
}

/// `compile` or `link`, if the word is a path to that.
fn tool_name(word: &OsStr) -> Option<&'static str> {
    let name = Path::new(word).file_name()?.to_str()?;
    ["compile", "link"].into_iter().find(|tool| *tool == name)
}

fn exec(tool: &[OsString], args: &[OsString]) -> ExitCode {
    let Some((program, first)) = tool.split_first() else {
        return fail("toolexec: no tool");
    };
    let error = Command::new(program).args(first).args(args).exec();
    fail(&format!("cannot run {}: {error}", program.display()))
}

fn fail(what: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "mapguard: {what}");
    ExitCode::from(2)
}

/// The tool's own version, and what this wrapper does to it: go builds anew when the line changes.
fn version(words: &[OsString], name: &str, options: &str) -> ExitCode {
    let Some((program, args)) = words.split_first() else { return fail("no tool") };
    let output = match Command::new(program).args(args).output() {
        Ok(output) if output.status.success() => output.stdout,
        Ok(output) => {
            let _ = io::stderr().write_all(&output.stderr);
            return ExitCode::FAILURE;
        }
        Err(error) => return fail(&format!("cannot run {}: {error}", program.display())),
    };
    let mark = match name {
        "link" => format!("{RULES}-{}", fingerprint([options.as_bytes()])),
        _ => RULES.to_owned(),
    };
    let line = String::from_utf8_lossy(&output);
    let line = line.trim_end();
    // A line with a build id must keep that last.
    let line = match line.rsplit_once(" buildID=") {
        Some((before, id)) => format!("{before} {mark} buildID={id}-{mark}\n"),
        None => format!("{line} {mark}\n"),
    };
    match io::stdout().write_all(line.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Whether the package that is compiled needs the functions of sync/atomic to stay calls.
fn atomics_stay_calls(args: &[OsString]) -> bool {
    let text = |arg: &OsString| arg.to_str().map(str::to_owned);
    let package = args.iter().position(|arg| arg == "-p").and_then(|at| args.get(at + 1)).and_then(text);
    let package = package.unwrap_or_default();
    if !args.iter().any(|arg| arg == "-std") {
        return true;
    }
    if package == "sync/atomic" {
        return true;
    }
    if ["runtime", "internal/runtime", "internal/abi", "internal/cpu", "internal/bytealg", "crypto"]
        .iter()
        .any(|root| package.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    {
        return false;
    }
    // A lock tells of itself: its own atomics are not to count besides.
    if matches!(package.as_str(), "sync" | "internal/sync" | "internal/poll") {
        return false;
    }
    args.iter()
        .filter_map(text)
        .filter(|arg| arg.ends_with(".go"))
        .any(|file| fs::read_to_string(file).is_ok_and(|source| calls_atomic_functions(&source)))
}

/// Whether the source calls a function of sync/atomic, other than the methods of its types.
fn calls_atomic_functions(source: &str) -> bool {
    source.match_indices("atomic.").any(|(at, word)| {
        let rest = &source[at + word.len()..];
        ["Load", "Store", "Swap", "CompareAndSwap", "Add", "And", "Or"].iter().any(|op| {
            rest.strip_prefix(op)
                .is_some_and(|rest| ["Int", "Uint", "Pointer"].iter().any(|kind| rest.starts_with(kind)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_functions_from_methods() {
        assert!(calls_atomic_functions("n := atomic.AddInt64(&x, 1)"));
        assert!(calls_atomic_functions("f(atomic.CompareAndSwapUintptr(p, 0, 1))"));
        assert!(!calls_atomic_functions("var x atomic.Int64; x.Add(1); var p atomic.Pointer[int]"));
    }

    #[test]
    fn spares_most_of_the_standard_library() {
        let args = |package: &str, std: bool| {
            let mut args: Vec<OsString> = vec!["-p".into(), package.into()];
            args.extend(std.then(|| "-std".into()));
            args
        };
        assert!(atomics_stay_calls(&args("example.com/mine", false)));
        assert!(atomics_stay_calls(&args("main", false)));
        assert!(atomics_stay_calls(&args("sync/atomic", true)));
        assert!(!atomics_stay_calls(&args("runtime", true)));
        assert!(!atomics_stay_calls(&args("internal/runtime/maps", true)));
        assert!(!atomics_stay_calls(&args("encoding/json", true)));
    }
}
