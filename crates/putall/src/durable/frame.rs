//! What files consist of: a head, then frames. Numbers are big endian.
//!
//! ```text
//! file    head frame*
//! head    magic 8 │ format 4 │ revision 8 │ salt 8 │ CRC of those 4
//! frame   length 8 │ number 8 │ proof 8 │ CRC of the payload 4 │ CRC of salt and those 4 │ payload
//! payload 0 │ change*                                      in a log
//!         1 │ request │ change*                            of a batch with an idempotency key
//!         (version │ change)*, (revision │ request)*       in a checkpoint
//! change  0 │ length │ key                                 removed
//!         1 │ length │ key │ length │ value
//! request milliseconds since 1970 │ length │ key │ payload hash 32 │ inserted │ replaced │ removed
//! ```
//!
//! In a log, a frame is a batch; its number is its revision, and all up to revision `proof` was known to be safe on the disk when it was
//! written. The head has the revision before the first. In a checkpoint, frames are counted from 1. Those with keys have the proof 0, those with
//! requests 1; the last one has no payload, and the number of keys as its proof. The head has the revision of the whole.
//!
//! After the last frame of a log there may be zeros.
//!
//! A head of a frame is its own proof: bytes of a value that look like one lack the salt, which is another for each file.
//! Numbers in payloads are LEB128.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::OpenError;

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Log,
    Checkpoint,
}

impl Kind {
    fn magic(self) -> &'static [u8; 8] {
        match self {
            Kind::Log => b"putall.l",
            Kind::Checkpoint => b"putall.c",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Kind::Log => "log",
            Kind::Checkpoint => "snapshot",
        }
    }

    /// The name of the file with a revision in its head: in their order as texts, too.
    pub(super) fn name(self, revision: u64) -> String {
        format!("{revision:020}.{}", self.extension())
    }

    /// The revision of a file, if this is such a name.
    pub(super) fn revision(self, name: &str) -> Option<u64> {
        let (number, extension) = name.split_once('.')?;
        let digits = number.len() == 20 && number.bytes().all(|byte| byte.is_ascii_digit());
        (digits && extension == self.extension()).then(|| number.parse().ok())?
    }
}

/// What is added to the name of a file that is not whole yet.
pub(super) const UNFINISHED: &str = ".tmp";

const FORMAT: u32 = 1;

/// The first bytes of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Head {
    pub(super) revision: u64,
    pub(super) salt: u64,
}

impl Head {
    pub(super) const LEN: usize = 32;

    pub(super) fn new(revision: u64) -> Head {
        Head { revision, salt: RandomState::new().hash_one(revision) }
    }

    pub(super) fn to_bytes(self, kind: Kind) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..8].copy_from_slice(kind.magic());
        bytes[8..12].copy_from_slice(&FORMAT.to_be_bytes());
        bytes[12..20].copy_from_slice(&self.revision.to_be_bytes());
        bytes[20..28].copy_from_slice(&self.salt.to_be_bytes());
        let crc = crc32fast::hash(&bytes[..28]);
        bytes[28..].copy_from_slice(&crc.to_be_bytes());
        bytes
    }

    fn parse(bytes: &[u8; Self::LEN], kind: Kind, path: &Path) -> Result<Head, OpenError> {
        if bytes[..8] != *kind.magic() || u32_at(bytes, 28) != crc32fast::hash(&bytes[..28]) {
            return Err(OpenError::corrupt(path, 0, "it does not begin as such a file does"));
        }
        let found = u32_at(bytes, 8);
        if found != FORMAT {
            return Err(OpenError::Format { path: path.to_owned(), found, known: FORMAT });
        }
        Ok(Head { revision: u64_at(bytes, 12), salt: u64_at(bytes, 20) })
    }
}

/// The first bytes of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct FrameHead {
    pub(super) length: u64,
    pub(super) number: u64,
    pub(super) proof: u64,
    /// The CRC of the payload.
    pub(super) crc: u32,
}

impl FrameHead {
    pub(super) const LEN: usize = 32;

    pub(super) fn to_bytes(self, salt: u64) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..8].copy_from_slice(&self.length.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.number.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.proof.to_be_bytes());
        bytes[24..28].copy_from_slice(&self.crc.to_be_bytes());
        let crc = salted(salt, &bytes[..28]);
        bytes[28..].copy_from_slice(&crc.to_be_bytes());
        bytes
    }

    pub(super) fn parse(bytes: &[u8; Self::LEN], salt: u64) -> Option<FrameHead> {
        if u32_at(bytes, 28) != salted(salt, &bytes[..28]) {
            return None;
        }
        Some(FrameHead {
            length: u64_at(bytes, 0),
            number: u64_at(bytes, 8),
            proof: u64_at(bytes, 16),
            crc: u32_at(bytes, 24),
        })
    }
}

fn salted(salt: u64, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&salt.to_be_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

/// A frame that is being made: room for its head, then the payload.
pub(super) struct Frame {
    bytes: Vec<u8>,
    crc: u32,
}

impl Frame {
    /// A frame whose payload is what `payload` appends.
    pub(super) fn new(payload: impl FnOnce(&mut Vec<u8>)) -> Frame {
        let mut bytes = vec![0; FrameHead::LEN];
        payload(&mut bytes);
        let crc = crc32fast::hash(&bytes[FrameHead::LEN..]);
        Frame { bytes, crc }
    }

    /// Its bytes, in a file with a salt.
    pub(super) fn finish(&mut self, number: u64, proof: u64, salt: u64) -> &[u8] {
        let length = (self.bytes.len() - FrameHead::LEN) as u64;
        let head = FrameHead { length, number, proof, crc: self.crc };
        self.bytes[..FrameHead::LEN].copy_from_slice(&head.to_bytes(salt));
        &self.bytes
    }
}

/// What stands at some place of a file.
pub(super) enum Next {
    /// A frame, whose payload is in [`Frames::payload`].
    Frame(FrameHead),
    /// The end of the file.
    End,
    /// Nothing that was written as it is.
    Damage,
}

/// Reads the frames of a file, one after the other.
pub(super) struct Frames {
    source: BufReader<Box<dyn Read + Send>>,
    pub(super) head: Head,
    /// Where the next frame begins.
    pub(super) at: u64,
    pub(super) length: u64,
    pub(super) payload: Vec<u8>,
}

impl Frames {
    /// Reads the head. The file is named by the revision in it.
    pub(super) fn new(
        (source, length): (Box<dyn Read + Send>, u64),
        kind: Kind,
        revision: u64,
        path: &Path,
    ) -> io::Result<Result<Frames, OpenError>> {
        let mut source = BufReader::with_capacity(1 << 18, source);
        if length < Head::LEN as u64 {
            return Ok(Err(OpenError::corrupt(path, 0, "it is too short")));
        }
        let mut bytes = [0; Head::LEN];
        source.read_exact(&mut bytes)?;
        let head = match Head::parse(&bytes, kind, path) {
            Ok(head) if head.revision == revision => head,
            Ok(_) => return Ok(Err(OpenError::corrupt(path, 12, "its name is of another revision"))),
            Err(error) => return Ok(Err(error)),
        };
        Ok(Ok(Frames { source, head, at: Head::LEN as u64, length, payload: Vec::new() }))
    }

    /// The next frame, which should have a number.
    pub(super) fn next(&mut self, number: u64) -> io::Result<Next> {
        let left = self.length - self.at;
        if left == 0 {
            return Ok(Next::End);
        }
        let Some(left) = left.checked_sub(FrameHead::LEN as u64) else { return Ok(Next::Damage) };
        let mut bytes = [0; FrameHead::LEN];
        self.source.read_exact(&mut bytes)?;
        let head = FrameHead::parse(&bytes, self.head.salt);
        let Some(head) = head.filter(|head| head.number == number && head.length <= left) else {
            return Ok(Next::Damage);
        };
        self.payload.clear();
        let read = self.source.by_ref().take(head.length).read_to_end(&mut self.payload)?;
        if read as u64 != head.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if crc32fast::hash(&self.payload) != head.crc {
            return Ok(Next::Damage);
        }
        self.at += FrameHead::LEN as u64 + head.length;
        Ok(Next::Frame(head))
    }
}

/// What follows the place in a log where no frame can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rest {
    /// Nothing but zeros: the file was made longer than what was written to it.
    Zeros,
    /// Somewhere begins a frame that proves that the revision at that place was safe once.
    Proof,
    /// Neither.
    Unknown,
}

/// Looks at what follows the place `at` of a log, where a revision should be.
pub(super) fn rest(mut source: impl Read, at: u64, salt: u64, revision: u64) -> io::Result<Rest> {
    const CHUNK: u64 = 1 << 16;
    io::copy(&mut source.by_ref().take(at), &mut io::sink())?;
    let proves = |bytes: &[u8]| {
        let head = FrameHead::parse(bytes.try_into().expect("its length"), salt);
        head.is_some_and(|head| head.number > revision && head.proof >= revision)
    };
    let mut bytes = Vec::new();
    let mut zeros = true;
    loop {
        let before = bytes.len();
        source.by_ref().take(CHUNK).read_to_end(&mut bytes)?;
        if bytes.len() == before {
            return Ok(if zeros { Rest::Zeros } else { Rest::Unknown });
        }
        // The end of a chunk of zeros is zeros, too.
        if !zeros || bytes.iter().any(|&byte| byte != 0) {
            zeros = false;
            if bytes.windows(FrameHead::LEN).any(proves) {
                return Ok(Rest::Proof);
            }
        }
        // A frame may begin at the end of this chunk.
        let seen = bytes.len().saturating_sub(FrameHead::LEN - 1);
        bytes.drain(..seen);
    }
}
