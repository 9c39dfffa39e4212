//! Builds the guard's image (crates/guard-runtime) and writes it down as Go assembler.
//!
//! The image has to be one stretch of bytes that runs wherever it lands: the linker script refuses
//! variables and relocations, and a panic that is not optimised away does not link.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object, ObjectSection, ObjectSymbol};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let crates = Path::new(&env::var("CARGO_MANIFEST_DIR")?).parent().ok_or("no parent")?.to_path_buf();
    let runtime = crates.join("guard-runtime");
    for part in ["guard-runtime/src", "guard-runtime/image.ld", "happens-before/src", "../Cargo.toml"] {
        println!("cargo:rerun-if-changed={}", crates.join(part).display());
    }
    println!("cargo:rerun-if-changed=build.rs");

    if env::var("CARGO_CFG_TARGET_OS")? != "linux" || env::var("CARGO_CFG_TARGET_ARCH")? != "x86_64" {
        return Err("mapguard builds on linux/amd64 only, as yet".into());
    }
    let names = entry_names(&fs::read_to_string(runtime.join("src/entry.rs"))?);
    let image = build_image(&runtime, &out.join("image"), &names)?;
    let bytes = fs::read(&image)?;
    let (text, symbols) = read_image(&bytes, &names)?;
    fs::write(out.join("guard_amd64.s"), assembler(&text))?;
    fs::write(out.join("guard_amd64.h"), header(&symbols))?;
    Ok(())
}

/// The strings of `NAMES` in entry.rs.
fn entry_names(source: &str) -> Vec<String> {
    source.split('"').filter(|s| s.starts_with("guard_") && !s.contains(' ')).map(str::to_owned).collect()
}

fn build_image(runtime: &Path, target: &Path, names: &[String]) -> Result<PathBuf, Box<dyn Error>> {
    let script = runtime.join("image.ld");
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo
        .args(["rustc", "--quiet", "--bin", "guard-image", "--features", "image", "--profile", "guard"])
        .arg("--manifest-path")
        .arg(runtime.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        // What cargo tells this script is meant for this script's own target.
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .arg("--");
    // Loops are not to become calls of memcpy and the like.
    let mut flags = vec!["llvm-args=-disable-loop-idiom-all".to_owned()];
    for arg in ["-nostdlib", "-nostartfiles", "-static-pie"] {
        flags.push(format!("link-arg={arg}"));
    }
    for arg in ["--no-dynamic-linker", "-z,text", "--build-id=none"] {
        flags.push(format!("link-arg=-Wl,{arg}"));
    }
    flags.push(format!("link-arg=-Wl,-T,{}", script.display()));
    flags.extend(names.iter().map(|name| format!("link-arg=-Wl,-u,{name}")));
    for flag in flags {
        cargo.args(["-C", &flag]);
    }
    if !cargo.status()?.success() {
        return Err("the guard's image does not build; see above".into());
    }
    Ok(target.join("guard/guard-image"))
}

/// Entry points by name.
type Symbols = Vec<(String, u64)>;

/// The image's bytes, and where its entry points are.
fn read_image(bytes: &[u8], names: &[String]) -> Result<(Vec<u8>, Symbols), Box<dyn Error>> {
    let file = object::File::parse(bytes)?;
    for section in file.sections() {
        let name = section.name()?;
        // Addresses in the image come from loaded sections: there must be no other than the text.
        let loaded = matches!(section.flags(), object::SectionFlags::Elf { sh_flags } if sh_flags & 2 != 0);
        if loaded && name != ".text" && section.size() > 0 {
            return Err(format!("the guard's image has a section {name}").into());
        }
    }
    if file.dynamic_relocations().is_some_and(|mut all| all.next().is_some()) {
        return Err("the guard's image needs relocations".into());
    }
    let text = file.section_by_name(".text").ok_or("no .text")?;
    if text.address() != 0 {
        return Err("the image does not begin at 0".into());
    }
    let mut symbols = Vec::new();
    for name in names {
        let symbol = file.symbols().find(|s| s.name() == Ok(name)).ok_or(format!("no function {name}"))?;
        symbols.push((name.clone(), symbol.address()));
    }
    Ok((text.data()?.to_vec(), symbols))
}

/// The image as the body of one Go function. `TOPFRAME`: a traceback that starts in it ends in it.
fn assembler(text: &[u8]) -> String {
    let mut s = String::from(
        "// The guard's machine code, in the C calling convention; from crates/guard-runtime.\n\n\
         //go:build race\n\n#include \"textflag.h\"\n\n\
         TEXT runtime·guardtext(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0\n",
    );
    for chunk in text.chunks(8) {
        let mut word = [0xcc; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        let _ = writeln!(s, "\tQUAD $0x{:x}", u64::from_le_bytes(word));
    }
    s
}

fn header(symbols: &[(String, u64)]) -> String {
    symbols.iter().fold(String::new(), |mut s, (name, at)| {
        let _ = writeln!(s, "#define {} 0x{at:x}", name.to_uppercase());
        s
    })
}
