//! What `mapguard anchors` finds, in the forms in which others say it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::base;
use crate::conflict::Frame;

/// One place.
#[derive(Deserialize)]
pub(super) struct Anchor {
    schema: String,
    op: String,
    stack: Vec<Frame>,
    pub(super) address: String,
    calls: String,
}

/// What it says of one program.
pub(super) struct Found {
    /// As it was said.
    pub(super) lines: Vec<String>,
    pub(super) anchors: Vec<Anchor>,
    /// How long it took, from start to end of the process.
    pub(super) took: Duration,
}

impl Found {
    /// Asks `mapguard` about all places in `binary`.
    pub(super) fn by(mapguard: &Path, binary: &Path) -> Result<Found> {
        let start = Instant::now();
        let output =
            Command::new(mapguard).args(["anchors", "--std", "--format", "json"]).arg(binary).output();
        let output = output.with_context(|| format!("cannot run {}", mapguard.display()))?;
        let took = start.elapsed();
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).context("its output is no text")?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let parse = |line: &String| serde_json::from_str(line).with_context(|| format!("no anchor: {line}"));
        let anchors: Vec<Anchor> = lines.iter().map(parse).collect::<Result<_>>()?;
        ensure!(anchors.iter().all(|anchor| anchor.schema == "mapguard.anchor/1"), "an unknown schema");
        Ok(Found { lines, anchors, took })
    }

    /// Address, line and called function, as a disassembler knows them.
    pub(super) fn calls(&self) -> Vec<String> {
        let call = |anchor: &Anchor| {
            let (file, line) =
                anchor.stack.first().map(|frame| (base(&frame.file), frame.line)).unwrap_or_default();
            format!("{} {file}:{line} {}", anchor.address, anchor.calls)
        };
        let mut calls: Vec<String> = self.anchors.iter().map(call).collect();
        calls.sort();
        calls
    }

    /// All frames of each address.
    pub(super) fn frames(&self) -> Vec<String> {
        let frames = |anchor: &Anchor| {
            let frame = |frame: &Frame| format!("\t{}\t{}\t{}", frame.function, frame.file, frame.line);
            anchor.address.clone() + &anchor.stack.iter().map(frame).collect::<String>()
        };
        let mut lines: Vec<String> = self.anchors.iter().map(frames).collect();
        lines.sort();
        lines
    }

    /// Each line below `folder` with the operations on it; of several frames the innermost there counts.
    pub(super) fn writes_in(&self, folder: &Path) -> Vec<String> {
        let line = |anchor: &Anchor| {
            let here = |frame: &&Frame| Path::new(&frame.file).starts_with(folder);
            let frame = anchor.stack.iter().find(here)?;
            Some(format!("{}:{} {}", frame.file, frame.line, anchor.op))
        };
        self.anchors.iter().filter_map(line).collect::<BTreeSet<_>>().into_iter().collect()
    }
}
