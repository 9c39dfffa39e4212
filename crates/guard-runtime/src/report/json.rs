//! A finding as one line of JSON: `mapguard.finding/1`, see docs/finding-schema.md.

use super::{Seen, each_frame_of, each_repeated, text};
use crate::out::Out;
use crate::region::Site;
use crate::symbols;

pub(super) fn finding(out: &mut Out, seen: &Seen, number: u32) {
    out.str("{\"schema\":\"mapguard.finding/1\",\"rule\":\"map-race\",\"id\":").dec(number.into());
    out.str(",\"map\":{\"address\":\"").hex(seen.addr as u64, 12);
    out.str("\",\"size_before\":").dec(seen.entries).str("},\"accesses\":[");
    access(out, &seen.now);
    out.byte(b',');
    access(out, &seen.before);
    out.str("],\"trace_id\":");
    match symbols::trace_id(seen.g) {
        [] => out.str("null"),
        id => out.json(id),
    };
    out.str(",\"advice\":").json(text::advice(seen).as_bytes());
    out.str(",\"count\":1}\n");
}

fn access(out: &mut Out, site: &Site) {
    out.str("{\"op\":\"").str(site.op().name()).str("\",\"goroutine\":").dec(site.goid());
    out.str(",\"running\":").str(if site.is_running() { "true" } else { "false" });
    out.str(",\"stack\":");
    stack(out, site.stack());
    out.str(",\"created_by\":");
    stack(out, site.created);
    out.byte(b'}');
}

fn stack(out: &mut Out, stack: u32) {
    let mut before = b'[';
    each_frame_of(stack, |symbol, _| {
        out.byte(before).str("{\"function\":").json(symbol.name());
        out.str(",\"file\":").json(symbol.file()).str(",\"line\":").dec(symbol.line as u64).byte(b'}');
        before = b',';
    });
    if before == b'[' {
        out.byte(b'[');
    }
    out.byte(b']');
}

/// A line for each finding that was seen again since it was reported.
pub(super) fn summary(out: &mut Out) {
    each_repeated(|number, count| {
        out.str("{\"schema\":\"mapguard.count/1\",\"id\":").dec(number.into());
        out.str(",\"count\":").dec(count.into()).str("}\n");
    });
}
