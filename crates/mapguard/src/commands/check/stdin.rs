//! A file that an editor hands over as it is on its screen.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use go_packages::{GoCommand, Settings};

/// What the command line says beyond the packages.
pub(super) struct Asked<'a> {
    /// The file that standard input has.
    pub(super) file: Option<&'a Path>,
    /// The go command.
    pub(super) go: Option<PathBuf>,
}

/// The folder of a file that an editor hands over, without links.
pub(super) fn folder_of(file: &Path) -> anyhow::Result<PathBuf> {
    let path = std::path::absolute(file).with_context(|| format!("{}", file.display()))?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    Ok(std::fs::canonicalize(folder).unwrap_or(folder.to_owned()))
}

impl Asked<'_> {
    /// Adds it to what is loaded.
    pub(super) fn settle(&self, settings: &mut Settings) -> anyhow::Result<()> {
        if let Some(go) = self.go.as_ref().filter(|go| go.components().count() > 1) {
            settings.go = GoCommand::At(go.clone());
        }
        let Some(file) = self.file else { return Ok(()) };
        // Its folder as it is: what is in memory has to be where the package is looked for.
        let folder = folder_of(file)?;
        let path = folder.join(file.file_name().unwrap_or_default());
        let mut text = Vec::new();
        std::io::stdin().read_to_end(&mut text).context("cannot read standard input")?;
        settings.tests |= file.to_string_lossy().ends_with("_test.go");
        let in_module = folder.ancestors().any(|above| above.join("go.mod").is_file());
        let pattern = if in_module { &folder } else { &path };
        settings.patterns = vec![pattern.display().to_string()];
        if in_module {
            settings.dir.clone_from(&folder);
        }
        settings.overlay.insert(path, Arc::from(text));
        Ok(())
    }
}
