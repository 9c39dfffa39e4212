//! A finding as the race detector's readers know it, and what only the guard knows below.

use super::{Seen, each_frame_of, each_repeated, source};
use crate::ops::Op;
use crate::out::Out;
use crate::region::Site;
use crate::symbols::{self, Symbol};

const RULE: &str = "==================\n";

pub(super) fn finding(out: &mut Out, seen: &Seen) {
    out.str(RULE).str("WARNING: DATA RACE\n");
    let word = |site: &Site, writes, reads| if site.op().writes() { writes } else { reads };
    access(out, seen.addr, &seen.now, word(&seen.now, "Write", "Read"));
    access(out, seen.addr, &seen.before, word(&seen.before, "Previous write", "Previous read"));
    created(out, &seen.now);
    created(out, &seen.before);
    conclusion(out, seen);
    out.str(RULE);
}

fn access(out: &mut Out, addr: usize, site: &Site, what: &str) {
    out.str(what).str(" at ").hex(addr as u64, 12).str(" by ");
    goroutine(out, site, "goroutine ");
    out.str(":\n");
    site.each_frame(|symbol, pc| frame(out, symbol, pc));
    if site.stack() == 0 {
        out.str("  [the stack was not kept: no room]\n");
    }
    out.byte(b'\n');
}

fn goroutine(out: &mut Out, site: &Site, prefix: &str) {
    if site.goid() == 1 {
        out.str("main goroutine");
    } else {
        out.str(prefix).dec(site.goid());
    }
}

fn created(out: &mut Out, site: &Site) {
    if site.goid() == 1 || site.created == 0 {
        return;
    }
    out.str("Goroutine ").dec(site.goid());
    out.str(if site.is_running() { " (running)" } else { " (finished)" }).str(" created at:\n");
    each_frame_of(site.created, |symbol, pc| frame(out, symbol, pc));
    out.byte(b'\n');
}

fn frame(out: &mut Out, symbol: &Symbol, pc: usize) {
    out.str("  ");
    function(out, symbol.name());
    out.str("()\n      ").raw(symbol.file()).byte(b':').dec(symbol.line as u64);
    out.str(" +").hex(pc.wrapping_sub(symbol.entry) as u64, 1).byte(b'\n');
}

/// A function's name with its type arguments, which are shapes, as `[...]`.
pub(super) fn function(out: &mut Out, name: &[u8]) {
    let mut depth = 0;
    for &byte in name {
        match byte {
            b'[' => {
                if depth == 0 {
                    out.str("[...]");
                }
                depth += 1;
            }
            b']' => depth -= 1,
            _ if depth == 0 => {
                out.byte(byte);
            }
            _ => {}
        }
    }
}

fn conclusion(out: &mut Out, seen: &Seen) {
    out.str("Map operations: ").str(seen.now.op().name()).str(" against ").str(seen.before.op().name());
    out.str(", not ordered by anything; ").dec(seen.entries);
    out.str(if seen.entries == 1 { " entry before\n" } else { " entries before\n" });
    for site in [&seen.now, &seen.before] {
        site.line(|symbol| {
            out.str("  ");
            let file = symbol.file();
            let name = file.rsplit(|&b| b == b'/').next().unwrap_or(file);
            out.raw(name).byte(b':').dec(symbol.line as u64).str("  ");
            if !source::line(out, file, symbol.line) {
                function(out, symbol.name());
            }
            out.byte(b'\n');
        });
    }
    let trace_id = symbols::trace_id(seen.g);
    if !trace_id.is_empty() {
        out.str("trace_id: ").raw(trace_id).byte(b'\n');
    }
    out.str("Advice: ").str(advice(seen)).byte(b'\n');
}

/// What would mend it.
pub(super) fn advice(seen: &Seen) -> &'static str {
    let (a, b) = (seen.now.op(), seen.before.op());
    if a.writes() && b.writes() {
        "hold one lock at both places, or let one goroutine own the map; many keys at once: one batch under that lock"
    } else if [a, b].contains(&Op::Clone) {
        "a clone reads the whole map: take it under the lock that the writer holds"
    } else if [a, b].contains(&Op::Iterate) {
        "a loop over the map reads it until its end: hold the writer's lock around the loop, or loop over a clone taken under it"
    } else {
        "a read needs the lock too (RLock is enough), or publish a finished map by atomic.Pointer and never write it again"
    }
}

pub(super) fn summary(out: &mut Out, total: u32) {
    each_repeated(|number, count| {
        out.str("mapguard: finding ").dec(number.into()).str(" was seen ").dec(count.into()).str(" times\n");
    });
    out.str("Found ").dec(total.into()).str(" data race(s)\n");
}
