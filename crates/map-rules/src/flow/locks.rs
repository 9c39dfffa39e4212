//! Locks: which are taken and released, and which of them nobody else can hold.

use go_syntax::{ExprId, Span};
use go_types::{ObjRef, PkgId, Type};

use crate::flow::event::{Sync, Token};
use crate::flow::known::LockOp;
use crate::flow::path::PathId;
use crate::flow::resolve::Receiver;
use crate::flow::state::Held;
use crate::flow::unit::UnitId;
use crate::flow::walk::Walker;

impl Walker<'_, '_> {
    /// A lock whose path is not known.
    pub(super) fn some_lock(&mut self) -> PathId {
        self.engine.paths.root(ObjRef { pkg: PkgId::UNIVERSE, index: u32::MAX })
    }

    pub(crate) fn held(&mut self, path: Option<PathId>, write: bool, span: Span) -> Held {
        let path = path.unwrap_or_else(|| self.some_lock());
        Held {
            path,
            key: self.engine.paths.key(path),
            write,
            may: false,
            lost: false,
            private: self.is_private(path),
            alias: self.is_alias(path),
            once: false,
            from: span.start.offset(),
        }
    }

    /// Whether a path leads to a pointer or an interface.
    pub(super) fn is_alias(&self, path: PathId) -> bool {
        let engine = &*self.engine;
        let types = &engine.program.types;
        let ty = match engine.paths.parent(path) {
            None => match self.context().object(engine.paths.root_of(path)) {
                Some(object) if object.pkg == PkgId::UNIVERSE => return true,
                Some(object) => {
                    if engine.locals.fresh.contains(&engine.paths.root_of(path)) {
                        return false;
                    }
                    object.ty
                }
                None => return true,
            },
            Some((_, crate::flow::path::Step::Field { owner, index })) => {
                match types.get(types.underlying(owner)) {
                    Type::Struct(fields) => {
                        fields.get(index as usize).map_or(go_types::TypeId::INVALID, |field| field.ty)
                    }
                    _ => return false,
                }
            }
            Some(_) => return false,
        };
        // Embedded pointers to locks are the struct's own as a rule.
        matches!(types.get(types.underlying(ty)), Type::Pointer(_) | Type::Interface(_))
    }

    /// Whether a lock is in a variable of this function itself, not behind a pointer: nobody else can hold it.
    pub(super) fn is_private(&self, path: PathId) -> bool {
        self.is_private_to(self.unit, path)
    }

    pub(super) fn is_private_to(&self, unit: UnitId, path: PathId) -> bool {
        let root = self.engine.paths.root_of(path);
        if !self.engine.declares(unit, root) || self.engine.paths.key(path).elems > 0 {
            return false;
        }
        let Some(object) = self.context().object(root) else { return false };
        let types = &self.engine.program.types;
        let mut ty = object.ty;
        for step in self.engine.paths.steps(path) {
            let (Type::Struct(fields), crate::flow::path::Step::Field { index, .. }) =
                (types.get(types.underlying(ty)), step)
            else {
                return false;
            };
            let Some(field) = fields.get(index as usize) else { return false };
            ty = field.ty;
        }
        matches!(types.get(types.underlying(ty)), Type::Struct(_))
    }

    pub(crate) fn lock(&mut self, op: LockOp, path: Option<PathId>, args: &[ExprId], span: Span) {
        let path = match (path, args.first()) {
            (None, Some(&arg)) => self.engine.path(self.file, arg),
            _ => path,
        };
        match op {
            LockOp::Take { write } => self.take(path, write, span),
            LockOp::Try { write } => {
                let held = self.held(path, write, span);
                if !self.state.held.iter().any(|known| known.path == held.path) {
                    self.state.acquire(Held { may: true, ..held });
                }
                self.sync(Sync { token: Token::Lock(held.path), acquires: true, releases: false });
            }
            LockOp::Release => self.release(path, span),
        }
    }

    pub(super) fn take(&mut self, path: Option<PathId>, write: bool, span: Span) {
        let held = self.held(path, write, span);
        self.sync(Sync { token: Token::Lock(held.path), acquires: true, releases: false });
        if !self.state.dead {
            self.state.acquire(held);
        }
    }

    pub(crate) fn release(&mut self, path: Option<PathId>, span: Span) {
        let path = path.unwrap_or_else(|| self.some_lock());
        let key = self.engine.paths.key(path);
        self.sync(Sync { token: Token::Lock(path), acquires: false, releases: true });
        if !self.state.dead {
            self.state.release(path, key, span.start.offset());
        }
    }

    /// A callee has released a lock that it had not taken.
    pub(crate) fn released_by_callee(&mut self, path: PathId, may: bool, at: u32) {
        if self.state.dead {
            return;
        }
        let key = self.engine.paths.key(path);
        if may {
            for held in self.state.held.iter_mut().filter(|held| held.path == path || held.key == key) {
                held.may = true;
            }
        } else {
            self.state.release(path, key, at);
        }
    }

    /// The locks that a call has taken are released again.
    pub(crate) fn undo(&mut self, unit: UnitId, receiver: Option<Receiver>, span: Span) {
        for held in self.engine.units[unit].summary.acquires.clone() {
            if let Some(path) = self.translate(unit, held.path, receiver, &[]) {
                self.release(Some(path), span);
            }
        }
    }
}
