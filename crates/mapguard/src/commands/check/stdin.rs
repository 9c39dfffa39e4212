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

impl Asked<'_> {
    /// Adds it to what is loaded.
    pub(super) fn settle(&self, settings: &mut Settings) -> anyhow::Result<()> {
        if let Some(go) = self.go.as_ref().filter(|go| go.components().count() > 1) {
            settings.go = GoCommand::At(go.clone());
        }
        let Some(file) = self.file else { return Ok(()) };
        let path = std::path::absolute(file).with_context(|| format!("{}", file.display()))?;
        // Its folder as it is: what is in memory has to be where the package is looked for.
        let folder = path.parent().unwrap_or(Path::new("/"));
        let folder = std::fs::canonicalize(folder).unwrap_or(folder.to_owned());
        let path = folder.join(path.file_name().unwrap_or_default());
        let mut text = Vec::new();
        std::io::stdin().read_to_end(&mut text).context("cannot read standard input")?;
        settings.tests |= file.to_string_lossy().ends_with("_test.go");
        let in_module = folder.ancestors().any(|above| above.join("go.mod").is_file());
        let pattern = if in_module { &folder } else { &path };
        settings.patterns = vec![pattern.display().to_string()];
        settings.overlay.insert(path, Arc::from(text));
        Ok(())
    }
}
