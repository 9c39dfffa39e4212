//! The sites that ran, at exit: a table, or lines of JSON (`mapguard.site-run/1`).

use super::{send_to, text};
use crate::options::Path;
use crate::out::Out;
use crate::region::options;
use crate::sites::{self, Row};
use crate::symbols::{self, Symbol};

/// Writes them where the option `sites` says, if it says so.
pub(super) fn write() {
    let to = &options().sites;
    if to.is_empty() {
        return;
    }
    let mut out = Out::new();
    if to.is_dash() {
        out.str("operation      count  goroutines  largest  where\n");
        sites::each(|row| line(row, |symbol| table(&mut out, row, symbol)));
        send_to(&out, Path::NONE);
    } else {
        sites::each(|row| line(row, |symbol| json(&mut out, row, symbol)));
        send_to(&out, to);
    }
}

/// The user's line of a row.
fn line(row: &Row, mut f: impl FnMut(&Symbol)) {
    let mut first = true;
    symbols::each_frame(row.pc, |symbol, _| {
        if core::mem::replace(&mut first, false) {
            f(symbol);
        }
    });
}

fn table(out: &mut Out, row: &Row, symbol: &Symbol) {
    out.str(row.op.name());
    out.pad(9 - row.op.name().len() as u32);
    out.right(row.count, 11).right(row.goroutines, 12).right(row.max_size, 9).str("  ");
    text::function(out, symbol.name());
    out.str("  ").raw(symbol.file()).byte(b':').dec(symbol.line as u64).byte(b'\n');
}

fn json(out: &mut Out, row: &Row, symbol: &Symbol) {
    out.str("{\"schema\":\"mapguard.site-run/1\",\"function\":").json(symbol.name());
    out.str(",\"file\":").json(symbol.file()).str(",\"line\":").dec(symbol.line as u64);
    out.str(",\"operations\":[\"").str(row.op.name()).str("\"],\"count\":").dec(row.count);
    out.str(",\"goroutines\":").dec(row.goroutines).str(",\"max_size\":").dec(row.max_size).str("}\n");
}
