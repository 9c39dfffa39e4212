//! Programs to look at: testdata/anchors, built by the go on the PATH.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the fixture.
pub(crate) fn fixture() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/anchors")).unwrap()
}

/// The bytes of the fixture, built for linux/amd64 with further arguments of go build.
pub(crate) fn build(name: &str, args: &[&str]) -> Vec<u8> {
    let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut command = Command::new("go");
    command.args(["build", "-buildvcs=false", "-o"]).arg(&binary).args(args).arg(".").current_dir(fixture());
    command.env("CGO_ENABLED", "0").env("GOOS", "linux").env("GOARCH", "amd64").env("GOTOOLCHAIN", "local");
    let output = command.env_remove("GOFLAGS").output().expect("these tests need a go on the PATH");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(binary).unwrap()
}
