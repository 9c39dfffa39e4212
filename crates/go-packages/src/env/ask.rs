//! Asking the go command.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Values, path_folders, variable};
use crate::disk::Disk;
use crate::{Environment, Error, GoCommand, Note, Settings};

/// A go command, and how to run it.
pub(crate) struct GoTool {
    pub(super) path: PathBuf,
    pub(super) dir: PathBuf,
    variables: Vec<(&'static str, String)>,
    environment: Environment,
}

/// What is asked for.
const ASKED: [&str; 21] = [
    "CC",
    "GO111MODULE",
    "GO386",
    "GOAMD64",
    "GOARCH",
    "GOARM",
    "GOARM64",
    "GOENV",
    "GOEXPERIMENT",
    "GOFLAGS",
    "GOMIPS",
    "GOMIPS64",
    "GOMODCACHE",
    "GOOS",
    "GOPPC64",
    "GORISCV64",
    "GOROOT",
    "GOVERSION",
    "GOWASM",
    "GOWORK",
    "CGO_ENABLED",
];

impl GoTool {
    /// The go command that the settings name, if it is there.
    pub(crate) fn find(settings: &Settings, dir: &Path, disk: &Disk<'_>) -> Result<Option<GoTool>, Error> {
        let path = match &settings.go {
            GoCommand::Never => return Ok(None),
            GoCommand::At(path) => path.clone(),
            GoCommand::OnPath => {
                let name = format!("go{}", std::env::consts::EXE_SUFFIX);
                let mut paths = path_folders(settings).into_iter().map(|folder| folder.join(&name));
                match paths.find(|path| disk.is_file(path)) {
                    Some(path) => path,
                    None => return Ok(None),
                }
            }
        };
        let set = ["GOOS", "GOARCH", "CGO_ENABLED"];
        let variables = set.into_iter().filter_map(|name| Some((name, variable(settings, name)?))).collect();
        Ok(Some(GoTool { path, dir: dir.to_owned(), variables, environment: settings.environment.clone() }))
    }

    /// What `go env` says. The toolchain line of go.mod is followed; if that fails, as it may without network,
    /// the toolchain that is there answers.
    pub(crate) fn environment(&self, disk: &Disk<'_>, notes: &mut Vec<Note>) -> Result<Values, Error> {
        let mut args = vec!["env", "-json"];
        args.extend(ASKED);
        let text = match self.run(&args, &[]) {
            Ok(text) => text,
            Err(first) => {
                // Next time it may go well.
                disk.lose_record();
                let text = self.run(&args, &[("GOTOOLCHAIN", "local")]).map_err(|_| self.error(&first))?;
                notes.push(Note::Warning(first));
                text
            }
        };
        serde_json::from_slice(&text)
            .map_err(|error| self.error(&format!("it does not answer as Go does: {error}")))
    }

    /// Runs it. An error is what it has said, or why it does not run.
    pub(crate) fn run(&self, args: &[&str], more: &[(&str, &str)]) -> Result<Vec<u8>, String> {
        let mut command = Command::new(&self.path);
        if let Environment::Only(all) = &self.environment {
            command.env_clear().envs(all);
        }
        command.args(args).current_dir(&self.dir).env("PWD", &self.dir);
        command.envs(self.variables.iter().map(|(name, value)| (*name, value.as_str())));
        command.envs(more.iter().copied());
        let output = command.output().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "there is no such command".to_owned(),
            _ => format!("it does not run: {error}"),
        })?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned())
    }

    fn error(&self, message: &str) -> Error {
        Error::Go { path: self.path.clone(), message: message.to_owned() }
    }
}
