//! One program, read whole.

use crate::build_info::BuildInfo;
use crate::error::Error;
use crate::image::Image;
use crate::names;
use crate::pclntab::{Frame, Function, Tables};
use crate::release::Release;

/// A Go program.
#[derive(Debug)]
pub struct Program<'a> {
    image: Image<'a>,
    build: BuildInfo,
    release: Release,
    tables: Tables<'a>,
}

impl<'a> Program<'a> {
    /// Reads the bytes of an executable file.
    ///
    /// # Errors
    ///
    /// If it is no Go program, or one that cannot be read: [`Error`] says why.
    pub fn parse(file: &'a [u8]) -> Result<Program<'a>, Error> {
        let image = Image::parse(file)?;
        let build = BuildInfo::read(&image).unwrap_or_default();
        let release = match Release::parse(&build.go_version) {
            Some(release) if release.is_supported() => release,
            Some(_) => return Err(Error::Release(build.go_version)),
            // Whether it is Go at all matters more.
            None => {
                return Err(Tables::read(&image, Release::NEWEST)
                    .err()
                    .filter(is_clear)
                    .unwrap_or(Error::NoRelease));
            }
        };
        let tables = Tables::read(&image, release)?;
        Ok(Program { image, build, release, tables })
    }

    /// The file as the loader sees it.
    pub fn image(&self) -> &Image<'a> {
        &self.image
    }

    /// Version, modules, settings.
    pub fn build(&self) -> &BuildInfo {
        &self.build
    }

    /// The Go release that built it.
    pub fn release(&self) -> Release {
        self.release
    }

    /// All functions, in the order of their addresses.
    pub fn functions(&self) -> impl Iterator<Item = Function<'_, 'a>> {
        self.tables.functions()
    }

    /// The function whose code is at `address`.
    pub fn function_at(&self, address: u64) -> Option<Function<'_, 'a>> {
        self.tables.function_at(address)
    }

    /// The frames at the instruction at `address`, innermost first: see [`Tables::frames`].
    pub fn frames(&self, address: u64) -> Vec<Frame> {
        self.tables.frames(address)
    }

    /// Whether a function is of the standard library, the runtime included.
    pub fn is_standard(&self, function: &str) -> bool {
        let others = self.build.dependencies.iter();
        let modules = std::iter::once(&self.build.main).chain(others).map(|module| module.path.as_str());
        names::is_standard(names::package(function), modules)
    }
}

/// Says more than that the release is missing.
fn is_clear(error: &Error) -> bool {
    matches!(error, Error::NotGo | Error::OldTable(_))
}
