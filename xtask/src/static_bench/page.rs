//! bench/STATIC.md.

use crate::bench::{machine, stats};
use crate::go::Toolchain;
use crate::table::Table;

use super::{Cost, Subject, Way, median, rivals};

/// The table, and what is to be known of it.
pub(super) fn page(subjects: &[Subject], costs: &[Vec<Cost>], toolchain: &Toolchain, runs: usize) -> String {
    let mut table = Table::new(&["packages", "tool", "s", "times mapguard check", "MiB"]);
    for (subject, all) in subjects.iter().zip(costs) {
        let own = all.first().and_then(|cost| median(&cost.seconds));
        for (way, cost) in Way::ALL.iter().zip(all) {
            let seconds = median(&cost.seconds);
            let ratio = seconds.zip(own).map(|(seconds, own)| format!("{}×", stats::digits(seconds / own)));
            let show = |value: Option<f64>| value.map_or("-".to_owned(), stats::digits);
            table.row(vec![
                subject.name.clone(),
                cost.failed.as_ref().map_or(way.name().to_owned(), |why| format!("{} ({why})", way.name())),
                show(seconds),
                ratio.unwrap_or("-".to_owned()),
                show(median(&cost.mib)),
            ]);
        }
    }
    let facts: String = machine::facts().iter().map(|(name, value)| format!("* {name}: {value}\n")).collect();
    let [staticcheck, nilaway] = rivals::versions();
    format!(
        "# What the static check costs\n\n\
         <!-- Written by `cargo xtask static-bench --write`; change nothing here by hand. -->\n\n\
         {}\n\
         Whole processes, the median of {runs}; of what takes longer than a minute the first run alone. Nobody has an answer in a cache, but for the row that \
         says so; what the others want compiled (export data) was compiled before, and is nobody's cost. The peak is that of the largest process: \
         go vet starts many.\n\n\
         {facts}* Go: {}\n* staticcheck {staticcheck}, NilAway {nilaway}\n\n\
         ```\ncargo xtask static-bench --write\n```\n",
        table.markdown(),
        toolchain.version,
    )
}
