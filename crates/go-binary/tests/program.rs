//! A real program, read. That all of it is right is shown by `cargo xtask anchors`.

mod common;

use std::ops::Range;

use common::{build, fixture};
use go_binary::image::{Arch, Format};
use go_binary::{Anchor, Error, Operation, Program, anchors};

/// Where ELF's header has the place and the number of section headers.
const SECTION_HEADERS: Range<usize> = 0x28..0x30;
const SECTION_COUNT: Range<usize> = 0x3c..0x40;

fn without_sections(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    file[SECTION_HEADERS].fill(0);
    file[SECTION_COUNT].fill(0);
    file
}

fn find(file: &[u8], bytes: &[u8]) -> usize {
    file.windows(bytes.len()).position(|window| window == bytes).unwrap()
}

#[test]
fn what_a_program_knows_of_itself() {
    let file = build("knows", &[]);
    let program = Program::parse(&file).unwrap();
    assert_eq!((program.image().format(), program.image().arch()), (Format::Elf, Arch::Amd64));
    assert!(program.build().go_version.starts_with("go1."));
    assert_eq!(program.build().path, "anchors");
    assert_eq!(program.build().setting("GOARCH"), Some("amd64"));

    let main = program.functions().find(|function| function.name() == "main.main").unwrap();
    let (source, _) = main.place(main.entry());
    assert_eq!(source, fixture().join("main.go").display().to_string());
    let line = std::fs::read_to_string(&*source).unwrap().lines().position(|line| line == "func main() {");
    assert_eq!(main.start_line() as usize, line.unwrap() + 1);
    for address in [main.entry(), main.end() - 1] {
        assert_eq!(program.function_at(address).map(|function| function.name()), Some(main.name()));
    }
    assert!(program.function_at(0).is_none() && program.function_at(u64::MAX).is_none());
    assert!(program.frames(0).is_empty());

    // The bytes at an offset in the file are those at the address.
    let offset = usize::try_from(program.image().file_offset(main.entry()).unwrap()).unwrap();
    assert_eq!(program.image().read(main.entry(), 8), file.get(offset..offset + 8));
    assert!(program.is_standard("fmt.Println") && !program.is_standard("anchors/keep.Put"));
}

#[test]
fn inlined_writes_have_a_chain() {
    let file = build("chain", &[]);
    let all = anchors(&Program::parse(&file).unwrap());
    let functions =
        |anchor: &Anchor| anchor.frames.iter().map(|frame| frame.function.clone()).collect::<Vec<_>>();
    let inlined = all.iter().find(|anchor| anchor.innermost().function == "main.put").unwrap();
    assert_eq!(functions(inlined), ["main.put", "main.outer", "main.inlined"]);
    assert_eq!(
        (inlined.operation, inlined.writer, inlined.user, inlined.is_standard),
        (Operation::Assign, "runtime.mapassign_faststr", 0, false)
    );
    // One of package maps belongs to who it is inlined into.
    let copy = all.iter().find(|anchor| functions(anchor) == ["maps.Copy[...]", "main.library"]).unwrap();
    assert_eq!((copy.user, copy.is_standard), (1, false));
}

#[test]
fn nothing_is_lost_with_symbols_and_section_headers() {
    for (name, args) in [("plain", &[][..]), ("pie", &["-buildmode=pie"])] {
        let whole = build(name, args);
        let expected = anchors(&Program::parse(&whole).unwrap());
        assert!(expected.len() > 60);
        let stripped = build(&format!("{name}-stripped"), &[args, &["-ldflags=-s -w"]].concat());
        assert!(stripped.len() < whole.len());
        assert_eq!(anchors(&Program::parse(&stripped).unwrap()), expected, "{name}");
        let bare = without_sections(&stripped);
        assert_eq!(anchors(&Program::parse(&bare).unwrap()), expected, "{name} without section headers");
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let file = build("errors", &["-ldflags=-s -w"]);
    let error = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut file = file.clone();
        change(&mut file);
        Program::parse(&file).unwrap_err()
    };
    let half = file.len() / 2;
    assert!(matches!(error(&|file| file.truncate(half)), Error::Truncated { has, .. } if has == half as u64));
    assert_eq!(error(&|file| file.truncate(3)), Error::NotExecutable);
    // Processor 0xf3 is RISC-V.
    assert_eq!(error(&|file| file[0x12] = 0xf3), Error::Architecture("riscv64".to_owned()));
    assert_eq!(error(&|file| file[9..13].copy_from_slice(b"UPX!")), Error::Compressed);

    let header = find(&file, &[0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8]);
    assert_eq!(error(&|file| file[header] = 0xf0), Error::OldTable("1.18 or 1.19"));
    assert_eq!(error(&|file| file[header] = 0), Error::Damaged("its table of functions has no header"));
    assert_eq!(error(&|file| *file = without_sections(&with(file, header, 0))), Error::NotGo);

    // The version stands after its length, which stands after the head of 32 bytes.
    let version = find(&file, b"\xff Go buildinf:") + 33;
    assert!(file[version..].starts_with(b"go1."));
    let new = error(&|file| file[version + 4..version + 6].copy_from_slice(b"99"));
    assert!(matches!(&new, Error::Release(version) if version.starts_with("go1.99")), "{new}");
    assert_eq!(error(&|file| file[version + 1] = b'?'), Error::NoRelease);
}

fn with(file: &[u8], at: usize, byte: u8) -> Vec<u8> {
    let mut file = file.to_vec();
    file[at] = byte;
    file
}
