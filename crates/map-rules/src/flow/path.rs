//! How a variable is reached: from a name on, through fields and elements. Pointers are not counted as steps.
//!
//! Paths are numbers, so that sets of locks cost little. A path's [key](Paths::key) forgets which object it
//! starts from: `s.items` and `other.items` have the same key if both are fields of the same declared type. Guards
//! belong to keys, since what guards the map of one object guards that of the next.

use go_types::{ObjRef, Program, Type, TypeId};
use rustc_hash::FxHashMap;

/// A path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct PathId(u32);

/// One step of a path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Step {
    /// A field: which of its struct.
    Field {
        /// The struct's type; of a generic one the declared type.
        owner: TypeId,
        /// The field's number.
        index: u32,
    },
    /// An element of a map, slice or array.
    Elem(Elem),
}

/// Which element.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Elem {
    /// At this constant: a hash of its text.
    Const(u64),
    /// At what this expression comes to: a hash of its text.
    At(u64),
    /// One after the other.
    Every,
    /// Some.
    Some,
}

/// What a path leads to, whatever object it starts from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Key {
    /// The variable or field.
    pub(crate) base: Base,
    /// How many elements deep below that.
    pub(crate) elems: u8,
}

/// A variable or field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Base {
    /// A variable.
    Var(ObjRef),
    /// A field of a declared type.
    Field(TypeId, u32),
    /// A field of an undeclared struct type that a variable has.
    Part(ObjRef, u32),
}

struct Node {
    parent: Option<PathId>,
    step: Option<Step>,
    root: ObjRef,
    key: Key,
    len: u16,
}

/// All paths.
#[derive(Default)]
pub(crate) struct Paths {
    nodes: Vec<Node>,
    roots: FxHashMap<ObjRef, PathId>,
    below: FxHashMap<(PathId, Step), PathId>,
}

/// No path needs to be longer.
const LONGEST: u16 = 12;

impl Paths {
    /// The path that is only a variable.
    pub(crate) fn root(&mut self, root: ObjRef) -> PathId {
        let Paths { nodes, roots, .. } = self;
        *roots.entry(root).or_insert_with(|| {
            let key = Key { base: Base::Var(root), elems: 0 };
            nodes.push(Node { parent: None, step: None, root, key, len: 0 });
            PathId(nodes.len() as u32 - 1)
        })
    }

    /// One step more. None if the path gets too long.
    pub(crate) fn step(&mut self, program: &Program, parent: PathId, step: Step) -> Option<PathId> {
        if let Some(&known) = self.below.get(&(parent, step)) {
            return Some(known);
        }
        let Node { root, key, len, .. } = self.nodes[parent.0 as usize];
        if len == LONGEST {
            return None;
        }
        let key = match step {
            Step::Field { owner, index } => {
                let declared = matches!(program.types.get(owner), Type::Named(_));
                let base = if declared { Base::Field(owner, index) } else { Base::Part(root, index) };
                Key { base, elems: 0 }
            }
            Step::Elem(_) => Key { elems: key.elems.saturating_add(1), ..key },
        };
        self.nodes.push(Node { parent: Some(parent), step: Some(step), root, key, len: len + 1 });
        let path = PathId(self.nodes.len() as u32 - 1);
        self.below.insert((parent, step), path);
        Some(path)
    }

    /// The variable that a path starts from.
    pub(crate) fn root_of(&self, path: PathId) -> ObjRef {
        self.nodes[path.0 as usize].root
    }

    /// What it leads to.
    pub(crate) fn key(&self, path: PathId) -> Key {
        self.nodes[path.0 as usize].key
    }

    /// The path without its last step, and that.
    pub(crate) fn parent(&self, path: PathId) -> Option<(PathId, Step)> {
        let node = &self.nodes[path.0 as usize];
        node.parent.zip(node.step)
    }

    /// The steps from the root on.
    pub(crate) fn steps(&self, mut path: PathId) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some((parent, step)) = self.parent(path) {
            steps.push(step);
            path = parent;
        }
        steps.reverse();
        steps
    }

    /// Whether `path` is `start` or goes on from there.
    pub(crate) fn starts_with(&self, mut path: PathId, start: PathId) -> bool {
        loop {
            if path == start {
                return true;
            }
            match self.parent(path) {
                Some((parent, _)) => path = parent,
                None => return false,
            }
        }
    }

    /// The same steps from another start. What an index expression comes to there is not known.
    pub(crate) fn rebase(&mut self, program: &Program, path: PathId, start: PathId) -> Option<PathId> {
        let mut to = start;
        for step in self.steps(path) {
            let step = match step {
                Step::Elem(Elem::At(_)) => Step::Elem(Elem::Some),
                other => other,
            };
            to = self.step(program, to, step)?;
        }
        Some(to)
    }

    /// Whether both certainly lead to the same variable, each at its time.
    pub(crate) fn same(&self, a: PathId, b: PathId) -> bool {
        if a == b {
            return !self
                .steps(a)
                .iter()
                .any(|step| matches!(step, Step::Elem(Elem::At(_) | Elem::Some | Elem::Every)));
        }
        let (a_steps, b_steps) = (self.steps(a), self.steps(b));
        self.root_of(a) == self.root_of(b)
            && a_steps.len() == b_steps.len()
            && a_steps.iter().zip(&b_steps).all(|(a, b)| match (a, b) {
                (Step::Elem(Elem::Const(_)), Step::Elem(Elem::Every))
                | (Step::Elem(Elem::Every), Step::Elem(Elem::Const(_))) => true,
                (Step::Elem(Elem::Const(a)), Step::Elem(Elem::Const(b))) => a == b,
                (Step::Field { .. }, Step::Field { .. }) => a == b,
                _ => false,
            })
    }
}
