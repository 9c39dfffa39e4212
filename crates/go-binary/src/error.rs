//! Why a file cannot be read.

/// What is wrong with a file. The first line of the text says what; the second, if any, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file begins like no executable.
    #[error("this is no executable: neither ELF nor Mach-O nor PE")]
    NotExecutable,
    /// An executable's relative: an archive, an object file, a universal file, WebAssembly.
    #[error("this is {what}\n  {advice}")]
    NotLinked {
        /// What it is.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The headers speak of more than there is.
    #[error("the file is truncated: it should have {needed} bytes or more, and has {has}\n  copy it anew")]
    Truncated {
        /// Bytes, by the headers.
        needed: u64,
        /// Bytes there are.
        has: u64,
    },
    /// The headers or tables contradict themselves.
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    /// An executable for another processor.
    #[error("this is a program for {0}; mapguard reads those for amd64 and arm64")]
    Architecture(String),
    /// An executable compressed by UPX.
    #[error("this program is compressed by UPX\n  decompress a copy of it: upx -d -o COPY FILE")]
    Compressed,
    /// No table of functions.
    #[error("this is no Go program: it has no table of functions (pclntab)")]
    NotGo,
    /// The table of functions is of a release before 1.20.
    #[error(
        "this program was built with Go {0}; mapguard reads those of Go 1.21 to 1.27\n  build it with a newer Go"
    )]
    OldTable(&'static str),
    /// The build information names a release whose tables are not known.
    #[error("this program was built with {0}; mapguard reads those of Go 1.21 to 1.27")]
    Release(String),
    /// The build information is missing or names no release.
    #[error(
        "this program does not say which Go release built it\n  \
         tools that obfuscate take that out; look at the program as it was before"
    )]
    NoRelease,
}
