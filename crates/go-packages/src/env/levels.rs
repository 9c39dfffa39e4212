//! Tags for what a processor can do, such as `amd64.v2`. As internal/buildcfg has them.

/// The environment variable that says what a processor can do.
pub(crate) fn variable(goarch: &str) -> Option<&'static str> {
    Some(match goarch {
        "386" => "GO386",
        "amd64" => "GOAMD64",
        "arm" => "GOARM",
        "arm64" => "GOARM64",
        "mips" | "mipsle" => "GOMIPS",
        "mips64" | "mips64le" => "GOMIPS64",
        "ppc64" | "ppc64le" => "GOPPC64",
        "riscv64" => "GORISCV64",
        "wasm" => "GOWASM",
        _ => return None,
    })
}

/// The tags for the value of that variable; if it is empty, for its default. `release` is that of Go.
pub(crate) fn tags(goarch: &str, level: &str, release: u32) -> Vec<String> {
    let tag = |what: &dyn std::fmt::Display| format!("{goarch}.{what}");
    let or = |default: &'static str| if level.is_empty() { default } else { level };
    let number = |text: &str, default: u32| text.parse().unwrap_or(default);
    match goarch {
        "386" => vec![tag(&or("sse2"))],
        "amd64" => {
            (1..=number(or("v1").trim_start_matches('v'), 1)).map(|n| tag(&format_args!("v{n}"))).collect()
        }
        "arm" => {
            let version = or("7").split(',').next().unwrap_or_default();
            (5..=number(version, 7)).map(|n| tag(&n)).collect()
        }
        "arm64" if release >= 23 => {
            let version = or("v8.0").split(',').next().unwrap_or_default().trim_start_matches('v');
            let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
            let (major, minor) = (number(major, 8), number(minor, 0));
            let mut tags: Vec<_> = (0..=minor).map(|n| tag(&format_args!("v{major}.{n}"))).collect();
            if major == 9 {
                tags.extend((0..=(minor + 5).min(9)).map(|n| tag(&format_args!("v8.{n}"))));
            }
            tags
        }
        "mips" | "mipsle" | "mips64" | "mips64le" => vec![tag(&or("hardfloat"))],
        "ppc64" | "ppc64le" => {
            let version = number(or("power8").trim_start_matches("power"), 8);
            (8..=version).map(|n| tag(&format_args!("power{n}"))).collect()
        }
        "riscv64" if release >= 23 => {
            let version =
                number(or("rva20u64").trim_matches(|c: char| !c.is_ascii_digit()).get(..2).unwrap_or(""), 20);
            [20, 22, 23].iter().filter(|n| **n <= version).map(|n| tag(&format_args!("rva{n}u64"))).collect()
        }
        "wasm" if release >= 27 => vec![tag(&"satconv"), tag(&"signext")],
        "wasm" => level.split(',').filter(|word| !word.is_empty()).map(|word| tag(&word)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::tags;

    #[test]
    fn what_is_better_can_do_what_is_worse() {
        assert_eq!(tags("amd64", "", 27), ["amd64.v1"]);
        assert_eq!(tags("amd64", "v3", 27), ["amd64.v1", "amd64.v2", "amd64.v3"]);
        assert_eq!(tags("arm", "6,softfloat", 27), ["arm.5", "arm.6"]);
        assert_eq!(
            tags("arm64", "v9.0", 27)[1..],
            ["arm64.v8.0", "arm64.v8.1", "arm64.v8.2", "arm64.v8.3", "arm64.v8.4", "arm64.v8.5"]
        );
        assert_eq!(tags("riscv64", "rva22u64", 27), ["riscv64.rva20u64", "riscv64.rva22u64"]);
        assert_eq!(tags("ppc64le", "power9", 27), ["ppc64le.power8", "ppc64le.power9"]);
        assert!(tags("arm64", "", 22).is_empty() && tags("s390x", "", 27).is_empty());
    }
}
