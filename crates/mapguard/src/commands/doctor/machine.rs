//! What doctor tells of the machine: whether a guarded program gets its addresses.

use std::fs;

use guard_build::ADDRESS_SPACE;

use super::Finding;

/// What a Go program takes besides the guard, roughly.
const GO_ITSELF: u64 = 1 << 30;

pub(super) fn findings() -> Vec<Finding> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    vec![
        addresses(&read("/proc/self/limits")),
        overcommit(&read("/proc/sys/vm/overcommit_memory"), &read("/proc/meminfo")),
        kernel(&read("/proc/sys/kernel/osrelease")),
    ]
}

fn gib(bytes: u64) -> String {
    format!("{} GiB", bytes.div_ceil(1 << 30))
}

/// The limit of the shell, `ulimit -v`, in the text of /proc/self/limits.
fn addresses(limits: &str) -> Finding {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"));
    let soft = line.and_then(|line| line.split_whitespace().next()).and_then(|word| word.parse().ok());
    let need = ADDRESS_SPACE + GO_ITSELF;
    match soft {
        Some(limit) if limit < need => Finding::problem(
            "addresses",
            format!(
                "the limit on virtual memory is {:.1} GiB; a guarded program reserves {} of addresses (not memory) and runs unguarded without them",
                limit as f64 / (1u64 << 30) as f64,
                gib(ADDRESS_SPACE)
            ),
            "ulimit -v unlimited",
        ),
        Some(limit) => Finding::ok("addresses", format!("limit {}, {} needed", gib(limit), gib(need))),
        None => Finding::ok("addresses", format!("no limit; the guard reserves {}", gib(ADDRESS_SPACE))),
    }
}

/// Under `vm.overcommit_memory=2` what is reserved counts as if it were used.
fn overcommit(mode: &str, meminfo: &str) -> Finding {
    let mode = mode.trim();
    if mode != "2" {
        return Finding::ok("overcommit", "reserved addresses cost no memory");
    }
    let field = |name: &str| -> Option<u64> {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
    };
    let room = match (field("CommitLimit"), field("Committed_AS")) {
        (Some(limit), Some(used)) => limit.saturating_sub(used),
        _ => 0,
    };
    if room >= ADDRESS_SPACE + GO_ITSELF {
        return Finding::ok("overcommit", format!("vm.overcommit_memory=2, with room for {}", gib(room)));
    }
    Finding::problem(
        "overcommit",
        format!(
            "vm.overcommit_memory=2 leaves room for {}; a guarded program reserves {} of addresses and runs unguarded without them",
            gib(room),
            gib(ADDRESS_SPACE)
        ),
        "sudo sysctl vm.overcommit_memory=0",
    )
}

fn kernel(release: &str) -> Finding {
    let release = release.trim();
    Finding::ok("kernel", if release.is_empty() { "unknown" } else { release })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ok(finding: &Finding) -> bool {
        finding.advice.is_none()
    }

    #[test]
    fn reads_the_limit_on_addresses() {
        let limits = |soft: &str| {
            format!(
                "Limit                     Soft Limit  Hard Limit  Units\nMax address space         {soft}  unlimited  bytes\n"
            )
        };
        assert!(is_ok(&addresses(&limits("unlimited"))));
        assert!(is_ok(&addresses("")));
        assert!(is_ok(&addresses(&limits("1099511627776"))));
        assert!(!is_ok(&addresses(&limits("8589934592"))));
    }

    #[test]
    fn strict_overcommit_counts_what_is_reserved() {
        let meminfo =
            |limit: u64| format!("MemFree: 1 kB\nCommitLimit:  {limit} kB\nCommitted_AS: 1000 kB\n");
        assert!(is_ok(&overcommit("0\n", "")));
        assert!(is_ok(&overcommit("1\n", "")));
        assert!(!is_ok(&overcommit("2\n", &meminfo(16 << 20))));
        assert!(!is_ok(&overcommit("2\n", "")));
        assert!(is_ok(&overcommit("2\n", &meminfo(1 << 30))));
    }
}
