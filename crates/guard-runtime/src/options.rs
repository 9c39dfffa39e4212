//! What the user chose: at build time (by the linker) and at run time (by the environment).

/// What happens at a finding.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Policy {
    /// Print it, go on, exit with 66 at the end.
    Report = 0,
    /// Print it and end the program.
    Panic = 1,
    /// One line of JSON; the exit code stays.
    Log = 2,
    /// Do not watch at all.
    Off = 3,
}

/// How a finding is written.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Format {
    Text = 0,
    Json = 1,
}

/// All options. Zeros are the defaults.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Options {
    pub(crate) policy: Policy,
    pub(crate) format: Format,
    /// The log policy implies JSON, unless the user asks for text.
    format_set: bool,
    /// Where findings go: a path that ends in a zero byte; empty is standard error.
    pub(crate) output: Path,
    /// Where the sites that ran go at exit: a path as above, or `-` for a table on standard error;
    /// empty for nowhere.
    pub(crate) sites: Path,
    /// Whether a value was not understood.
    pub(crate) bad: bool,
}

/// A path, with its terminating zero.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Path(pub(crate) [u8; 1024]);

impl Path {
    pub(crate) const NONE: &Path = &Path([0; 1024]);

    pub(crate) fn is_empty(&self) -> bool {
        self.0.first().is_none_or(|&b| b == 0)
    }

    /// Without the zero.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.split(|&b| b == 0).next().unwrap_or_default()
    }

    /// Whether it is `-`.
    pub(crate) fn is_dash(&self) -> bool {
        matches!(self.0, [b'-', 0, ..])
    }

    /// False if it is too long.
    fn set(&mut self, path: &[u8]) -> bool {
        let fits = path.len() < self.0.len();
        if fits {
            for (to, from) in self.0.iter_mut().zip(path.iter().chain(core::iter::once(&0))) {
                *to = *from;
            }
        }
        fits
    }
}

impl Options {
    /// Sets what stands in a list `policy=panic;format=json;output=/tmp/x`.
    pub(crate) fn read_list(&mut self, list: &[u8]) {
        for item in list.split(|&b| b == b';') {
            if let Some(value) = after(item, b"policy=") {
                self.set_policy(value);
            } else if let Some(value) = after(item, b"format=") {
                self.set_format(value);
            } else if let Some(value) = after(item, b"output=") {
                self.bad |= !self.output.set(value);
            } else if let Some(value) = after(item, b"sites=") {
                self.bad |= !self.sites.set(value);
            } else {
                self.bad |= !item.is_empty();
            }
        }
    }

    /// Sets what one entry of the environment says.
    pub(crate) fn read_env(&mut self, entry: &[u8]) {
        if let Some(value) = after(entry, b"MAPGUARD_POLICY=") {
            self.set_policy(value);
        } else if let Some(value) = after(entry, b"MAPGUARD_FORMAT=") {
            self.set_format(value);
        } else if let Some(value) = after(entry, b"MAPGUARD_OUTPUT=") {
            self.bad |= !self.output.set(value);
        } else if let Some(value) = after(entry, b"MAPGUARD_SITES=") {
            self.bad |= !self.sites.set(value);
        }
    }

    fn set_policy(&mut self, value: &[u8]) {
        self.policy = match value {
            [b'r', b'e', b'p', b'o', b'r', b't'] => Policy::Report,
            [b'p', b'a', b'n', b'i', b'c'] => Policy::Panic,
            [b'l', b'o', b'g'] => Policy::Log,
            [b'o', b'f', b'f'] => Policy::Off,
            _ => {
                self.bad |= !value.is_empty();
                return;
            }
        };
        if !self.format_set {
            self.format = if self.policy == Policy::Log { Format::Json } else { Format::Text };
        }
    }

    fn set_format(&mut self, value: &[u8]) {
        self.format = match value {
            [b't', b'e', b'x', b't'] => Format::Text,
            [b'j', b's', b'o', b'n'] => Format::Json,
            _ => {
                self.bad |= !value.is_empty();
                return;
            }
        };
        self.format_set = true;
    }
}

/// What follows `prefix` in `text`.
fn after<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let head = text.get(..prefix.len())?;
    let same = head.iter().zip(prefix).all(|(a, b)| a == b);
    if same { text.get(prefix.len()..) } else { None }
}
