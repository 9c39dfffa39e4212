//! Builds the program of each row for each column.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::columns::Column;
use super::kolkov::Kolkov;
use super::rows::{Measure, Program, Row};
use crate::go::Toolchain;
use crate::{mapguard, places};

/// The file, or why there is none.
pub(crate) type Built = Result<PathBuf, String>;

/// All binaries of a run, built once.
pub(crate) struct Builder<'a> {
    toolchain: &'a Toolchain,
    mapguard: PathBuf,
    kolkov: Result<Kolkov<'a>, String>,
    /// `bench/`
    bench: PathBuf,
    /// Where the binaries go.
    folder: PathBuf,
    built: BTreeMap<(Column, String), Built>,
}

impl Builder<'_> {
    pub(crate) fn new(toolchain: &Toolchain) -> Result<Builder<'_>> {
        let folder = places::results("bench")?.join(toolchain.version);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Builder {
            toolchain,
            mapguard: mapguard::build()?,
            kolkov: Kolkov::install(toolchain, &folder).map_err(|error| format!("{error:#}")),
            bench: places::root()?.join("bench"),
            folder,
            built: BTreeMap::new(),
        })
    }

    /// Builds what `row` needs in `column`, unless that has been done.
    pub(crate) fn build(&mut self, column: Column, row: &Row) -> Result<Built> {
        let name = match (column, row.measure) {
            // Of a folder of benchmarks it can build some only: each becomes a program of its own.
            (Column::Kolkov, Measure::Benchmark(pattern)) => format!("{:?} {pattern}", row.program),
            _ => format!("{:?}", row.program),
        };
        let name: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect::<String>();
        let key = (column, name);
        if let Some(built) = self.built.get(&key) {
            return Ok(built.clone());
        }
        let binary = self.folder.join(format!("{}-{}", column.key(), key.1));
        // A binary of an earlier run must not stand for one that was not built.
        match fs::remove_file(&binary) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", binary.display()));
            }
            _ => {}
        }
        let built = match column {
            Column::Kolkov => self.rewrite(row, &binary),
            _ => self.compile(column, row.program, &binary)?,
        };
        let built = match built {
            Ok(()) if !binary.is_file() => Err("nothing to build".to_owned()),
            Ok(()) => Ok(binary),
            Err(said) => Err(said),
        };
        self.built.insert(key, built.clone());
        Ok(built)
    }

    fn compile(&self, column: Column, program: Program, binary: &Path) -> Result<Result<(), String>> {
        let go = self.toolchain.go();
        let mut command = match column {
            Column::Guard => {
                let mut command = self.toolchain.command(&self.mapguard);
                command.arg("--go").arg(&go);
                command
            }
            _ => self.toolchain.command(&go),
        };
        let (folder, package) = self.place(program);
        match program {
            Program::Main(_) => command.arg("build"),
            _ => command.args(["test", "-c"]),
        };
        let library = if let Program::Std(package) = program { Some(package) } else { None };
        // Plain and guarded programs need no cgo; so that all have the same library, all have it.
        command.env("CGO_ENABLED", "1");
        command.arg("-buildvcs=false").args(column.flags(library)).arg("-o").arg(binary).arg(package);
        command.current_dir(&folder);
        let output =
            command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
        if output.status.success() {
            return Ok(Ok(()));
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if column == Column::Plain {
            bail!("{program:?} does not build, even plain:\n{said}");
        }
        Ok(Err(said))
    }

    fn rewrite(&self, row: &Row, binary: &Path) -> Result<(), String> {
        let kolkov = self.kolkov.as_ref().map_err(String::clone)?;
        match (row.program, row.measure) {
            (Program::Bench(folder @ "micro"), Measure::Benchmark(pattern)) => {
                let name = pattern.trim_start_matches('^').trim_end_matches('$');
                kolkov.benchmark(&self.bench.join(folder), name, binary)
            }
            (Program::Main(folder), _) => kolkov.program(&self.bench.join(folder).join("main.go"), binary),
            _ => Err("it rewrites the files of one package of a program, not a library's tests".to_owned()),
        }
    }

    /// The folder to build in, and the package there.
    fn place(&self, program: Program) -> (PathBuf, String) {
        match program {
            Program::Bench(folder) | Program::Main(folder) => (self.bench.clone(), format!("./{folder}")),
            Program::Std(package) => (self.toolchain.root.join("src"), package.to_owned()),
            Program::Field(package) => (self.bench.join("field"), package.to_owned()),
        }
    }

    /// The folder that the program runs in: tests find their data from there.
    pub(crate) fn runs_in(&self, program: Program) -> PathBuf {
        match program {
            Program::Std(package) => self.toolchain.root.join("src").join(package),
            _ => self.folder.clone(),
        }
    }

    /// Where outputs go.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}
