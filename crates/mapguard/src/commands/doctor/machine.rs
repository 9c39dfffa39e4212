//! What doctor tells of the machine: whether a guarded program gets its addresses.

use std::fs;

use guard_build::ADDRESS_SPACE;

use super::Finding;

/// What a Go program takes besides the guard, roughly.
const GO_ITSELF: u64 = 1 << 30;

pub(super) fn findings() -> Vec<Finding> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    vec![addresses(&read("/proc/self/limits")), kernel(&read("/proc/sys/kernel/osrelease"))]
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
}
