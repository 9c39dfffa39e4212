//! `cargo xtask`: what the Makefile runs. `cargo xtask help` lists it.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod anchors;
mod bench;
mod cargo;
mod child;
mod conflict;
mod demo;
mod field;
mod go;
mod kernels;
mod mapguard;
mod mode;
mod packages;
mod places;
mod say;
mod sites;
mod static_bench;
mod stdlib;
mod syntax;
mod table;
mod trial;
mod types;

/// Set-up, checks and tables of mapguard's own development.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install the Go releases that the tests need, into the user's cache
    Go {
        /// Only these releases
        #[arg(long = "go", value_delimiter = ',', value_name = "VERSION")]
        versions: Vec<String>,
    },
    /// Run the demo's tests guarded, and check that they show their race
    Demo {
        /// Draw the output as SVG (the README shows docs/demo.svg)
        #[arg(long, value_name = "FILE")]
        picture: Option<std::path::PathBuf>,
    },
    /// Run each kernel of testdata/kernels guarded and with -race
    Kernels(kernels::Options),
    /// Compare `mapguard anchors` with what Go's own tools say of the same programs
    Anchors(anchors::Options),
    /// Run the standard library's own tests plain, guarded and with -race
    Stdlib(stdlib::Options),
    /// Run the tests of real modules plain, guarded and with -race
    Field(field::Options),
    /// Compare go-packages with go list, over the standard library and modules
    Packages(packages::Options),
    /// Compare the parser of Go with Go's own, over all files of a release and damaged copies of them
    Syntax(syntax::Options),
    /// Compare the resolver with go/types, expression by expression
    Types(types::Options),
    /// Compare the inventory of map writes with the compiler and with go/types
    Sites(sites::Options),
    /// Measure what guarding costs, beside plain go and other detectors
    Bench(bench::Options),
    /// Measure what the static check costs, beside go vet, staticcheck and NilAway
    StaticBench(static_bench::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Go { versions } => go::install_all(&versions),
        Task::Demo { picture } => demo::run(picture.as_deref()),
        Task::Kernels(options) => kernels::run(&options),
        Task::Anchors(options) => anchors::run(&options),
        Task::Stdlib(options) => stdlib::run(&options),
        Task::Field(options) => field::run(&options),
        Task::Packages(options) => packages::run(&options),
        Task::Syntax(options) => syntax::run(&options),
        Task::Types(options) => types::run(&options),
        Task::Sites(options) => sites::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::StaticBench(options) => static_bench::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
