//! What `go tool objdump` decodes: another decoder, other tables of functions and lines.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::go::Toolchain;

/// How the names of functions that write maps begin. Any that mapguard does not know would show.
const WRITERS: [&str; 12] = [
    "runtime.mapassign",
    "runtime.mapdelete",
    "runtime.mapclear",
    "reflect.mapassign",
    "reflect.mapdelete",
    "reflect.mapclear",
    "reflect.Value.SetMapIndex",
    "maps.clone",
    "maps.Clone[",
    "maps.Copy[",
    "maps.Insert[",
    "maps.DeleteFunc[",
];

/// Address, line and called function of each call, or jump, to one of them; sorted.
pub(super) fn calls(toolchain: &Toolchain, binary: &Path) -> Result<Vec<String>> {
    let mut command = toolchain.command(toolchain.go());
    command.args(["tool", "objdump"]).arg(binary).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot run go tool objdump")?;
    let output = child.stdout.take().context("no output of go tool objdump")?;
    let (mut calls, mut function) = (Vec::new(), String::new());
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("cannot read from go tool objdump")?;
        let line = String::from_utf8_lossy(&line);
        if let Some(text) = line.strip_prefix("TEXT ") {
            function = shortened(text.split("(SB)").next().unwrap_or_default());
        } else {
            calls.extend(call(&line, &function));
        }
    }
    let status = child.wait().context("cannot wait for go tool objdump")?;
    ensure!(status.success(), "go tool objdump {}: {status}", binary.display());
    calls.sort();
    Ok(calls)
}

/// The call in a line of `function`, if it is one that counts. A function that jumps to its own beginning does not:
/// its stack has grown.
fn call(line: &str, function: &str) -> Option<String> {
    let mut words = line.split('\t').map(str::trim).filter(|word| !word.is_empty());
    let (place, address, _, code) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let callee = code.strip_prefix("CALL ").or_else(|| code.strip_prefix("JMP "))?.strip_suffix("(SB)")?;
    WRITERS.iter().any(|writer| callee.starts_with(writer)).then_some(())?;
    let callee = shortened(callee);
    (callee != function).then(|| format!("{address} {place} {callee}"))
}

/// Without what a generic function is instantiated with.
fn shortened(name: &str) -> String {
    match name.split_once('[').zip(name.rsplit_once(']')) {
        Some(((before, _), (_, after))) => format!("{before}[...]{after}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::call;

    #[test]
    fn calls_of_writers_count() {
        let line = "  a.go:143\t0x407929\t\te952faffff\t\tCALL runtime.mapassign_faststr(SB)\t\t\t";
        assert_eq!(call(line, "main.f"), Some("0x407929 a.go:143 runtime.mapassign_faststr".to_owned()));
        assert_eq!(call(line, "runtime.mapassign_faststr"), None);
        assert_eq!(call(&line.replace("mapassign_faststr", "mapaccess1"), "main.f"), None);
        let generic =
            line.replace("runtime.mapassign_faststr", "maps.Copy[go.shape.map[int]int,go.shape.int]");
        assert_eq!(call(&generic, "main.f"), Some("0x407929 a.go:143 maps.Copy[...]".to_owned()));
    }
}
