use super::*;

fn parsed(subcommand: Subcommand, line: &str) -> Flags {
    let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    parse(subcommand, &words)
}

fn rest(flags: &Flags) -> String {
    flags.rest.iter().map(|w| w.to_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// The excluded flag of a command line, with these GOFLAGS.
fn excluded(subcommand: Subcommand, line: &str, goflags: &str) -> Option<(&'static str, bool)> {
    parsed(subcommand, line).excluded(&Flags::of_goflags(goflags))
}

#[test]
fn takes_out_what_it_joins() {
    let flags = parsed(Subcommand::Test, "-v -tags a,b -run X ./... -overlay=o.json -count 3");
    assert_eq!(flags.tags.as_deref(), Some("a,b"));
    assert_eq!(flags.overlay.as_deref(), Some(OsStr::new("o.json")));
    assert!(flags.count);
    assert_eq!(rest(&flags), "-v -run X ./... -count 3");
}

#[test]
fn a_value_is_not_a_flag() {
    let flags = parsed(Subcommand::Build, "-o -race -ldflags -tags .");
    assert_eq!(flags.excluded(&Flags::default()), None);
    assert_eq!(flags.tags, None);
    assert_eq!(rest(&flags), "-o -race -ldflags -tags .");
}

#[test]
fn leaves_the_program_its_arguments() {
    let flags = parsed(Subcommand::Run, "-tags x main.go other.go -race -tags y");
    assert_eq!(flags.tags.as_deref(), Some("x"));
    assert_eq!(rest(&flags), "main.go other.go -race -tags y");
    let flags = parsed(Subcommand::Run, "-tags x . -race -tags y -- z");
    assert_eq!((flags.tags.as_deref(), rest(&flags).as_str()), (Some("x"), ". -race -tags y -- z"));
    let flags = parsed(Subcommand::Test, "./... -args -race -tags y");
    assert_eq!((flags.tags.as_deref(), rest(&flags).as_str()), (None, "./... -args -race -tags y"));
    let flags = parsed(Subcommand::Test, "-- -tags y");
    assert_eq!((flags.tags.as_deref(), rest(&flags).as_str()), (None, "-- -tags y"));
}

#[test]
fn flags_of_a_test_program_stand_between_gos() {
    // go does not know -update: it may or may not take a value, and flags of go follow.
    let flags = parsed(Subcommand::Test, ". -update -tags x -name value -tags=y -v");
    assert_eq!(flags.tags.as_deref(), Some("y"));
    assert_eq!(rest(&flags), ". -update -name value -v");
    assert_eq!(flags.unknown, ["-update", "-name"]);
    assert_eq!(
        excluded(Subcommand::Test, ". -update -race", ""),
        Some(("-race", false)),
        "-race is no value"
    );
    // A second word after a value is an argument, as is all that follows.
    let flags = parsed(Subcommand::Test, ". -name value more -tags y");
    assert_eq!((flags.tags.as_deref(), rest(&flags).as_str()), (None, ". -name value more -tags y"));
    let flags = parsed(Subcommand::Test, ". -name=value more -tags y");
    assert_eq!(flags.tags, None);
    // Packages stand together.
    let flags = parsed(Subcommand::Test, "./a -v ./b -tags y");
    assert_eq!(flags.tags, None);
    let flags = parsed(Subcommand::Test, "-v ./a ./b -tags y");
    assert_eq!(flags.tags.as_deref(), Some("y"));
}

#[test]
fn stops_where_go_stops() {
    for line in [". -tags y", "-h -tags y", "-policy panic -tags y", "-- -tags y", "-tags", "---x -tags y"] {
        let flags = parsed(Subcommand::Build, line);
        assert_eq!((flags.tags.as_deref(), rest(&flags).as_str()), (None, line));
    }
    assert_eq!(parsed(Subcommand::Build, "--policy=panic --format x").unknown, ["--policy=panic"]);
    for line in ["-h -tags y", "-run", "./x -overlay"] {
        let flags = parsed(Subcommand::Test, line);
        assert_eq!((flags.tags.as_deref(), rest(&flags).as_str()), (None, line));
    }
}

#[test]
fn the_folder_to_change_to_is_first() {
    for line in ["-C dir -v .", "--C dir -v .", "-C=dir -v .", "--C=dir -v ."] {
        let flags = parsed(Subcommand::Test, line);
        assert_eq!((flags.change_dir.as_deref(), rest(&flags).as_str()), (Some(OsStr::new("dir")), "-v ."));
    }
    // go says that it must be first.
    let flags = parsed(Subcommand::Test, "-v -C dir .");
    assert_eq!((flags.change_dir.as_deref(), rest(&flags).as_str()), (None, "-v -C dir ."));
    let flags = parsed(Subcommand::Build, "-C");
    assert_eq!((flags.change_dir.as_deref(), rest(&flags).as_str()), (None, "-C"));
}

#[test]
fn sees_what_excludes_it() {
    let race = Some(("-race", false));
    assert_eq!(excluded(Subcommand::Test, "-race ./...", ""), race);
    assert_eq!(excluded(Subcommand::Test, "--race=true ./...", ""), race);
    assert_eq!(excluded(Subcommand::Test, "-race=false -race ./...", ""), race);
    assert_eq!(excluded(Subcommand::Test, "-race=false ./...", ""), None);
    assert_eq!(excluded(Subcommand::Test, "-race=maybe ./...", ""), None);
    assert_eq!(excluded(Subcommand::Build, "-msan .", ""), Some(("-msan", false)));
    assert_eq!(excluded(Subcommand::Build, ".", "-mod=mod -race"), Some(("-race", true)));
    assert_eq!(excluded(Subcommand::Build, "-race=false .", "-race"), None);
    assert_eq!(excluded(Subcommand::Build, "-compiler gccgo .", ""), Some(("-compiler=gccgo", false)));
    assert_eq!(excluded(Subcommand::Build, "-compiler gc .", "-compiler=gccgo"), None);
}

#[test]
fn splits_as_go_does() {
    assert_eq!(split_quoted(" -a  '-ldflags=-s -w' \"-x=y z\""), ["-a", "-ldflags=-s -w", "-x=y z"]);
    assert_eq!(Flags::of_goflags("'-tags=a b' -mod=mod").tags.as_deref(), Some("a b"));
}

#[test]
fn words_need_not_be_utf8() {
    let overlay = OsStr::from_bytes(b"-overlay=/\xff.json").to_owned();
    let odd = OsStr::from_bytes(b"./\xff").to_owned();
    let flags = parse(Subcommand::Test, &[overlay, odd.clone()]);
    assert_eq!(flags.overlay.as_deref(), Some(OsStr::from_bytes(b"/\xff.json")));
    assert_eq!(flags.rest, [odd]);
}
