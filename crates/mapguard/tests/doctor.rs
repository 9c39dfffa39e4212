//! What `mapguard doctor` says, whole.

mod common;

use common::{MAPGUARD, Place, fake_go};

#[test]
fn doctor() {
    let mut place = Place::new("doctor");
    fake_go(&mut place, "go1.27.3", "linux/amd64", "");
    place.snapshot("doctor-well", "doctor");
    assert!(!place.path("home/.cache/mapguard").exists(), "it leaves nothing behind");
    place.set("MAPGUARD_POLICY", "log");
    place.file("mapguard.toml", "format = \"json\"\n");
    place.snapshot("doctor-options", "doctor");
    place.file("mapguard.toml", "formt = \"json\"\n");
    place.set("MAPGUARD_POLCY", "log").set("XDG_CACHE_HOME", "/proc");
    fake_go(&mut place, "go1.20.1", "linux/arm64", "-race");
    std::fs::remove_file(place.path("bin/cc")).unwrap();
    place.snapshot("doctor-problems", "doctor");
    place.set("PATH", "/nowhere").unset("MAPGUARD_POLCY").unset("XDG_CACHE_HOME");
    place.file("mapguard.toml", "");
    place.snapshot("doctor-no-go", "doctor");
    place.script("bin/go", "echo 'go: no such toolchain' >&2; exit 1");
    place.snapshot("doctor-go-fails", "--go ./bin/go doctor");
}

#[test]
fn doctor_sees_a_limit_on_addresses() {
    let place = Place::new("doctor-limit");
    let mut sh = place.command("sh", "-c");
    let did = sh.arg(format!("ulimit -v 50000000; exec {MAPGUARD} doctor")).output().unwrap();
    let said = String::from_utf8(did.stdout).unwrap();
    assert_eq!(did.status.code(), Some(1));
    assert!(said.contains("problem  addresses    the limit on virtual memory is 47.7 GiB"), "{said}");
    assert!(said.contains("ulimit -v unlimited"), "{said}");
}
