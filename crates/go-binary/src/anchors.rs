//! Where a program writes maps.
//!
//! The compiler turns every write of a map into a call of one of a few functions of the runtime, the same in all
//! releases from 1.21 to 1.27 (cmd/compile/internal/walk: `mapassign`, `mapdelete`, `walkClear`; a loop that deletes all keys becomes
//! `mapclear`). What Go 1.24 changed is below those: `internal/runtime/maps`, which compiled code never calls.

use std::fmt;

use crate::calls;
use crate::pclntab::Frame;
use crate::program::Program;

/// What is done to a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// An element is set, or made in order to be changed (`m[k]++`).
    Assign,
    /// A key is deleted.
    Delete,
    /// All keys are deleted.
    Clear,
    /// A map is copied; the copy is what is written.
    Clone,
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 4] =
        [Operation::Assign, Operation::Delete, Operation::Clear, Operation::Clone];

    /// One word, as in all of mapguard's output.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Assign => "assign",
            Operation::Delete => "delete",
            Operation::Clear => "clear",
            Operation::Clone => "clone",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The functions that write a map they are given. A name is that of the linker: package reflect's are the
/// runtime's own under the names that `//go:linkname` gives them.
///
/// First those that compiled code calls for a write in the source; then those that the standard library calls for
/// functions of its own; last those functions themselves, where a call of them is what the user's source has.
/// Package maps' are generic: where they are inlined, the first kind is seen instead.
pub const WRITERS: [(&str, Operation); 24] = [
    ("runtime.mapassign", Operation::Assign),
    ("runtime.mapassign_fast32", Operation::Assign),
    ("runtime.mapassign_fast32ptr", Operation::Assign),
    ("runtime.mapassign_fast64", Operation::Assign),
    ("runtime.mapassign_fast64ptr", Operation::Assign),
    ("runtime.mapassign_faststr", Operation::Assign),
    ("runtime.mapdelete", Operation::Delete),
    ("runtime.mapdelete_fast32", Operation::Delete),
    ("runtime.mapdelete_fast64", Operation::Delete),
    ("runtime.mapdelete_faststr", Operation::Delete),
    ("runtime.mapclear", Operation::Clear),
    ("maps.clone", Operation::Clone),
    ("reflect.mapassign", Operation::Assign),
    ("reflect.mapassign0", Operation::Assign),
    ("reflect.mapassign_faststr", Operation::Assign),
    ("reflect.mapassign_faststr0", Operation::Assign),
    ("reflect.mapdelete", Operation::Delete),
    ("reflect.mapdelete_faststr", Operation::Delete),
    ("reflect.mapclear", Operation::Clear),
    // With a zero Value it deletes; the call does not tell.
    ("reflect.Value.SetMapIndex", Operation::Assign),
    ("maps.Clone[...]", Operation::Clone),
    ("maps.Copy[...]", Operation::Assign),
    ("maps.Insert[...]", Operation::Assign),
    ("maps.DeleteFunc[...]", Operation::Delete),
];

/// A place where a map is written: an instruction that calls one of [`WRITERS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// What is done.
    pub operation: Operation,
    /// The function that is called to do it.
    pub writer: &'static str,
    /// Of the instruction.
    pub address: u64,
    /// Of the instruction in the file.
    pub offset: u64,
    /// The functions that the instruction belongs to, innermost first: never empty. All but the last were
    /// inlined into the next.
    pub frames: Vec<Frame>,
    /// Which of the frames is the innermost that is not of the standard library; the first if all are.
    pub user: usize,
    /// All of these functions are of the standard library.
    pub is_standard: bool,
}

impl Anchor {
    /// The function and line of the write itself.
    pub fn innermost(&self) -> &Frame {
        // Frames are never empty; an empty one stands for none rather than a panic.
        const NONE: &Frame = &Frame { function: String::new(), file: String::new(), line: 0 };
        self.frames.first().unwrap_or(NONE)
    }
}

/// All places in `program` where a map is written, in the order of their addresses.
pub fn anchors(program: &Program<'_>) -> Vec<Anchor> {
    let mut writers: Vec<(u64, &(&str, Operation))> = Vec::new();
    for function in program.functions() {
        let name = function.name();
        writers.extend(
            WRITERS.iter().find(|(writer, _)| *writer == name).map(|writer| (function.entry(), writer)),
        );
    }
    writers.sort_unstable_by_key(|&(entry, _)| entry);
    let targets: Vec<u64> = writers.iter().map(|&(entry, _)| entry).collect();

    let mut anchors = Vec::new();
    for function in program.functions() {
        for call in calls::calls(program.image(), &function, &targets) {
            let writer = targets.binary_search(&call.target).ok().and_then(|at| writers.get(at));
            let Some(&(_, &(writer, operation))) = writer else { continue };
            // A function whose stack has grown jumps back to its own beginning; a wrapper between two calling
            // conventions has the name of what it calls.
            if function.name() == writer {
                continue;
            }
            let frames = function.frames(call.address);
            let user = frames.iter().position(|frame| !program.is_standard(&frame.function));
            anchors.push(Anchor {
                operation,
                writer,
                address: call.address,
                offset: program.image().file_offset(call.address).unwrap_or_default(),
                user: user.unwrap_or_default(),
                is_standard: user.is_none(),
                frames,
            });
        }
    }
    anchors
}
