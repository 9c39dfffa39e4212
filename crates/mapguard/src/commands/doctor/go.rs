//! What doctor tells of Go.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use guard_build::Error;
use guard_build::flags::{Flags, split_quoted};
use guard_build::go::{Go, SUPPORTED};

use super::Finding;

pub(super) fn findings(command: &Path) -> Vec<Finding> {
    match Go::ask(command, None) {
        Ok(go) => vec![release(command, &go), platform(&go), goflags(&go), cgo(&go), toolchain(&go)],
        Err(Error::GoEnv { message, .. }) => vec![Finding::problem(
            "go",
            format!("{}: `go env` fails: {}", command.display(), message.trim()),
            "go itself has to work first; its words are above",
        )],
        Err(error) => vec![Finding::error("go", &error)],
    }
}

fn release(command: &Path, go: &Go) -> Finding {
    let path = on_path(command).unwrap_or_else(|| command.to_owned());
    let found = format!("{}: {}, GOROOT {}", path.display(), go.goversion, go.goroot.display());
    match go.check_release() {
        Err(_) => Finding::problem(
            "go",
            format!("{found}: not supported"),
            format!(
                "mapguard works with {SUPPORTED}\nGOTOOLCHAIN=go1.27.3 mapguard …, or mapguard --go PATH …"
            ),
        ),
        _ if !go.goroot.join("src/runtime/proc.go").is_file() => Finding::problem(
            "go",
            format!("{found}: the source of the standard library is not there"),
            "install it (Debian: apt install golang-src), or a Go from https://go.dev/dl",
        ),
        _ => Finding::ok("go", found),
    }
}

fn platform(go: &Go) -> Finding {
    let found = format!("{}/{}", go.goos, go.goarch);
    match go.check_platform() {
        Err(_) => Finding::problem(
            "platform",
            format!("{found}: not supported"),
            format!("mapguard works with {SUPPORTED}; GOOS and GOARCH choose what is built for"),
        ),
        Ok(()) => Finding::ok("platform", found),
    }
}

fn goflags(go: &Go) -> Finding {
    let found = if go.goflags.is_empty() { "empty" } else { &go.goflags };
    match Flags::default().excluded(&Flags::of_goflags(&go.goflags)) {
        Some((flag, _)) => Finding::problem(
            "GOFLAGS",
            format!("{found}: {flag} and mapguard exclude each other"),
            format!("take {flag} out: go env -w GOFLAGS=…, or for once GOFLAGS= mapguard …"),
        ),
        None => Finding::ok("GOFLAGS", found),
    }
}

/// The guard needs no C compiler; packages with C code do.
fn cgo(go: &Go) -> Finding {
    if go.cgo_enabled != "1" {
        return Finding::ok("cgo", "off; the guard needs none");
    }
    let words = split_quoted(&go.cc);
    let Some(compiler) = words.first() else { return Finding::ok("cgo", "on") };
    match on_path(Path::new(compiler)) {
        Some(path) => Finding::ok("cgo", format!("on, with {}", path.display())),
        None => Finding::problem(
            "cgo",
            format!("on, but there is no `{compiler}`: packages with C code do not build"),
            "install a C compiler, or CGO_ENABLED=0 mapguard … (the guard needs none)",
        ),
    }
}

/// Which toolchain the module asks for. Whether it is supported is in the line of go: that is the
/// one that was switched to.
fn toolchain(go: &Go) -> Finding {
    let file =
        [&go.gowork, &go.gomod].into_iter().find(|file| !matches!(file.as_str(), "" | "off" | "/dev/null"));
    let asked = match file {
        Some(file) => {
            let text = fs::read_to_string(file).unwrap_or_default();
            let lines: Vec<&str> = ["go ", "toolchain "]
                .iter()
                .filter_map(|word| text.lines().map(str::trim).find(|line| line.starts_with(word)))
                .collect();
            let says = if lines.is_empty() { "no go line".to_owned() } else { lines.join(", ") };
            format!("{says} ({file})")
        }
        None => "no go.mod here".to_owned(),
    };
    let choice = if go.gotoolchain.is_empty() { "auto" } else { &go.gotoolchain };
    Finding::ok("toolchain", format!("{asked}; GOTOOLCHAIN={choice}"))
}

/// The file that a command's name stands for.
fn on_path(command: &Path) -> Option<PathBuf> {
    if command.components().count() > 1 {
        return Some(command.to_owned()).filter(|path| path.is_file());
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(command)).find(|file| file.is_file())
}
