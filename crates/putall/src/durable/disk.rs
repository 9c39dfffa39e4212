//! A folder of a disk, as far as the log needs one. Tests have one that lies.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::{Failure, OpenError};

/// One folder. Names are those of files in it.
pub(super) trait Disk: Send + Sync {
    /// Where it is, for messages.
    fn path(&self) -> &Path;

    fn list(&self) -> io::Result<Vec<String>>;

    /// A file's bytes, and how many there are.
    fn read(&self, name: &str) -> io::Result<(Box<dyn Read + Send>, u64)>;

    /// An empty file. If there was one of that name, it is gone.
    fn create(&self, name: &str) -> io::Result<Box<dyn Sink>>;

    /// Gives a file another name, and takes that away from whichever had it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    fn remove(&self, name: &str) -> io::Result<()>;

    /// Returns when all names are as they were made before, whatever happens.
    fn sync(&self) -> io::Result<()>;
}

/// A file that is written from its beginning to its end.
pub(super) trait Sink: Send {
    /// Writes what comes next.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes the file so long, whatever is written: with zeros at its end, or without what is there.
    fn set_length(&mut self, length: u64) -> io::Result<()>;

    /// Returns when all that was appended before stays, whatever happens.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file of a disk by its whole path.
pub(super) fn path(disk: &dyn Disk, name: &str) -> PathBuf {
    disk.path().join(name)
}

/// What an action on a file led to.
pub(super) fn tried<T>(
    disk: &dyn Disk,
    action: &'static str,
    name: &str,
    done: io::Result<T>,
) -> Result<T, Failure> {
    done.map_err(|error| Failure::new(action, path(disk, name), error))
}

/// A real folder, which nobody else has.
pub(super) struct Folder {
    path: PathBuf,
    /// Locked. The kernel unlocks it when the process is gone, in whatever way.
    lock: File,
}

/// A file that is only there to be locked.
const LOCK: &str = "lock";

impl Folder {
    /// Makes the folder if there is none, and locks it.
    pub(super) fn lock(path: &Path) -> Result<Folder, OpenError> {
        let failed = |action, path: &Path| {
            let path = path.to_owned();
            move |error| OpenError::of(Failure::new(action, path, error))
        };
        if !path.is_dir() {
            fs::create_dir_all(path).map_err(failed("create", path))?;
            // So that the folder is there after a power failure, with what will be in it.
            for made in path.ancestors().skip(1) {
                let made = if made.as_os_str().is_empty() { Path::new(".") } else { made };
                // Those that were there before may be out of bounds, and need no sync.
                let _ = sync_folder(made);
            }
        }
        let file = path.join(LOCK);
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&file);
        let lock = opened.map_err(failed("open", &file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Folder { path: path.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed("lock", &file)(error)),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Closing it would do, were there no other process that was just forked and has not closed it yet.
        let _ = self.lock.unlock();
    }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Windows keeps names by itself (NTFS journals them), and opens no folders.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

impl Disk for Folder {
    fn path(&self) -> &Path {
        &self.path
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.path)?.map(|entry| entry.map(|entry| entry.file_name().into_string()));
        // Names that are no text are none of ours.
        Ok(names.collect::<io::Result<Vec<_>>>()?.into_iter().filter_map(Result::ok).collect())
    }

    fn read(&self, name: &str) -> io::Result<(Box<dyn Read + Send>, u64)> {
        let file = File::open(self.path.join(name))?;
        let length = file.metadata()?.len();
        Ok((Box::new(file), length))
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(File::create(self.path.join(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn sync(&self) -> io::Result<()> {
        sync_folder(&self.path)
    }
}

impl Sink for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
