//! All functions of the checked packages, analysed one after the other: what is called before what calls it.

use go_syntax::ast::Expr;
use go_syntax::{ExprId, Pos};
use go_types::{ObjKind, ObjRef, Program, Type, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::flow::event::{Kind, Summary};
use crate::flow::locals::Locals;
use crate::flow::path::Paths;
use crate::flow::race::Pair;
use crate::flow::unit::{File, Found, Progress, Unit, UnitId, find};
use crate::flow::walk::Walker;
use crate::rules::Check;

/// All that is found out.
pub(crate) struct Engine<'a> {
    /// The program.
    pub(crate) program: &'a Program,
    /// The files of all checked packages.
    pub(crate) files: Vec<File<'a>>,
    /// All functions and literals.
    pub(crate) units: Vec<Unit>,
    /// Units of declared functions.
    pub(crate) declared: FxHashMap<ObjRef, UnitId>,
    /// Units of literals, by file.
    pub(crate) literals: FxHashMap<(usize, ExprId), UnitId>,
    /// All paths.
    pub(crate) paths: Paths,
    /// Variables of functions.
    pub(crate) locals: Locals,
    /// Functions, and variables of function type, that are used other than by calling them.
    pub(crate) values: FxHashMap<ObjRef, u32>,
    /// Names of functions that are given to somebody of whom it is known what he does with them.
    pub(crate) handled: FxHashSet<(usize, ExprId)>,
    /// Variables that hold a literal and nothing else.
    pub(crate) holders: FxHashMap<(usize, ExprId), ObjRef>,
    /// Uses of maps that nothing orders.
    pub(crate) pairs: Vec<Pair>,
    /// Functions that lock, told by the user.
    pub(crate) told_locks: FxHashSet<String>,
    /// Functions with literals that use maps.
    pub(crate) with_literals: FxHashSet<UnitId>,
    /// How many local functions are being looked at before their turn.
    pub(crate) ahead: u32,
    /// How many variables are being looked through.
    pub(crate) nested: u32,
    found: Vec<(usize, Found)>,
}

impl<'a> Engine<'a> {
    /// Analyses all that is to be checked.
    pub(crate) fn run(check: &'a Check<'_>) -> Engine<'a> {
        let mut engine = Engine {
            program: check.program,
            files: Vec::new(),
            units: Vec::new(),
            declared: FxHashMap::default(),
            literals: FxHashMap::default(),
            paths: Paths::default(),
            locals: Locals::default(),
            values: FxHashMap::default(),
            handled: FxHashSet::default(),
            holders: FxHashMap::default(),
            pairs: Vec::new(),
            told_locks: check.facts.locks.iter().cloned().collect(),
            with_literals: FxHashSet::default(),
            ahead: 0,
            nested: 0,
            found: Vec::new(),
        };
        engine.collect(check);
        for at in engine.order() {
            engine.analyse(at);
        }
        engine
    }

    fn collect(&mut self, check: &'a Check<'_>) {
        for target in &check.targets {
            let package = &*target.package;
            for (number, info) in (0..).zip(&package.files) {
                let tree = &info.tree;
                let test = tree.imports().iter().any(|&import| imports_testing(tree, import));
                let file_id = self.files.len();
                let file = File { id: file_id, package, info, number, test };
                self.files.push(file);
                let context = file.context(self.program);
                for &decl in tree.decls() {
                    let found = find(file, &context, decl);
                    for &value in &found.values {
                        *self.values.entry(value).or_default() += 1;
                    }
                    if let Some((obj, sig, body)) = found.func {
                        let unit = self.unit(file_id, sig, body, None, None);
                        self.units[unit].obj = Some(obj);
                        self.units[unit].receiver = found.receiver;
                        self.units[unit].serves = self.is_handler(package.object(obj.index).ty);
                        self.units[unit].span = tree.decl_span(decl);
                        self.declared.insert(obj, unit);
                    }
                    if found.func.is_some() || !found.literals.is_empty() {
                        self.found.push((file_id, found));
                    }
                }
            }
        }
    }

    fn unit(
        &mut self,
        file: usize,
        sig: go_syntax::SigId,
        body: go_syntax::StmtId,
        literal: Option<ExprId>,
        parent: Option<UnitId>,
    ) -> UnitId {
        let the_file = self.files[file];
        let tree = &the_file.info.tree;
        self.units.push(Unit {
            file,
            obj: None,
            literal,
            parent,
            body,
            span: tree.stmt_span(body),
            receiver: None,
            params: the_file.params(tree.sig(sig).params),
            progress: Progress::New,
            summary: Summary::default(),
            accesses: Vec::new(),
            entries: Vec::new(),
            is_value: false,
            irregular: false,
            serves: false,
            parallel: false,
        });
        self.units.len() - 1
    }

    /// Declarations such that what is called comes first, where that is possible.
    fn order(&self) -> Vec<usize> {
        let by_object: FxHashMap<ObjRef, usize> =
            (0..).zip(&self.found).filter_map(|(at, (_, found))| Some((found.func?.0, at))).collect();
        let mut order = Vec::with_capacity(self.found.len());
        let mut seen = vec![false; self.found.len()];
        for start in 0..self.found.len() {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            let mut stack = vec![(start, 0)];
            while let Some((at, next)) = stack.last_mut() {
                match self.found[*at].1.names.get(*next) {
                    Some(name) => {
                        *next += 1;
                        if let Some(&callee) = by_object.get(name)
                            && !std::mem::replace(&mut seen[callee], true)
                        {
                            stack.push((callee, 0));
                        }
                    }
                    None => {
                        order.push(*at);
                        stack.pop();
                    }
                }
            }
        }
        order
    }

    fn analyse(&mut self, at: usize) {
        let (file, found) = &self.found[at];
        let (file_id, decl, literals) = (*file, found.decl, found.literals.clone());
        let top = found.func.and_then(|(obj, ..)| self.declared.get(&obj).copied());
        let file = self.files[file_id];
        self.look_at_locals(file, decl);
        let tree = &file.info.tree;
        let mut made = Vec::with_capacity(literals.len());
        for &(literal, depth) in &literals {
            let Expr::FuncLit { sig, body } = tree.expr(literal) else { continue };
            let unit = self.unit(file_id, sig, body, Some(literal), top);
            self.units[unit].span = tree.expr_span(literal);
            self.literals.insert((file_id, literal), unit);
            // Literals within it come before it, and have been waiting for it.
            for &(inner, inner_depth) in made.iter().rev() {
                if inner_depth <= depth {
                    break;
                }
                if inner_depth == depth + 1 {
                    let inner: &mut Unit = &mut self.units[inner];
                    inner.parent = Some(unit);
                }
            }
            made.push((unit, depth));
        }
        for (unit, _) in made {
            Walker::run(self, unit);
            if let Some(top) = top
                && !self.units[unit].accesses.is_empty()
            {
                self.with_literals.insert(top);
            }
        }
        if let Some(top) = top {
            Walker::run(self, top);
        }
    }

    /// The unit that declares a variable of a function: the innermost that contains it.
    pub(crate) fn home(&self, unit: UnitId, obj: ObjRef) -> Option<UnitId> {
        let mut at = Some(unit);
        while let Some(unit) = at {
            if self.declares(unit, obj) {
                return Some(unit);
            }
            at = self.units[unit].parent;
        }
        None
    }

    /// Whether a variable is declared within a unit.
    pub(crate) fn declares(&self, unit: UnitId, obj: ObjRef) -> bool {
        let unit = &self.units[unit];
        let file = self.files[unit.file];
        if obj.pkg != file.package.id {
            return false;
        }
        let Some(object) = file.package.objects.get(obj.index as usize) else { return false };
        let inside = |pos: Pos| unit.span.range().contains(&pos.index());
        !matches!(object.kind, ObjKind::Var(go_types::VarKind::Global))
            && object.pos.is_some_and(|(number, pos)| number == file.number && inside(pos))
    }

    /// The declared type of a struct, without type arguments.
    pub(crate) fn origin(&self, ty: TypeId) -> TypeId {
        match self.program.types.get(ty) {
            Type::Instance { origin, .. } => self.program.types.intern(Type::Named(*origin)),
            _ => ty,
        }
    }

    /// Whether a variable is a struct that was copied: a parameter or receiver that is no pointer, or a local one
    /// that was assigned from somewhere.
    pub(crate) fn is_copy(&self, obj: ObjRef) -> bool {
        let Some(object) = self.program.object(obj) else { return false };
        let types = &self.program.types;
        matches!(object.kind, ObjKind::Var(kind) if kind != go_types::VarKind::Global)
            && matches!(types.get(types.underlying(object.ty)), Type::Struct(_))
            && !self.locals.fresh.contains(&obj)
    }

    /// Whether a variable is one of a package.
    pub(crate) fn is_global(&self, obj: ObjRef) -> bool {
        let object = self.program.object(obj);
        object.is_some_and(|object| matches!(object.kind, ObjKind::Var(go_types::VarKind::Global)))
    }

    /// Whether a variable is one that all calls of a function share: of a package, the receiver, or of a function
    /// around it.
    pub(crate) fn is_shared(&self, unit: UnitId, obj: ObjRef) -> bool {
        let Some(object) = self.program.object(obj) else { return false };
        match object.kind {
            ObjKind::Var(go_types::VarKind::Global | go_types::VarKind::Receiver) => true,
            _ => self.home(unit, obj).is_some_and(|home| home != unit),
        }
    }

    /// Whether a function or a literal in it uses maps.
    pub(crate) fn uses_maps(&self, unit: UnitId) -> bool {
        !self.units[unit].accesses.is_empty() || self.with_literals.contains(&unit)
    }

    /// Whether a function is used as a value by somebody who may do anything with it.
    pub(crate) fn is_value(&self, obj: ObjRef) -> bool {
        self.values.get(&obj).is_some_and(|&count| count > 0)
    }

    /// Keeps a pair of uses that nothing orders.
    pub(crate) fn keep(&mut self, pair: Pair) {
        // Who calls the function where both uses are comes to the same.
        let same = |other: &Pair| {
            other.at.origin == pair.at.origin
                && (other.at.via == pair.at.via
                    || other.other.origin == pair.other.origin && other.at.via == other.at.origin)
        };
        if !self.pairs.iter().any(same) {
            self.pairs.push(pair);
        }
    }
}

fn imports_testing(tree: &go_syntax::Tree, import: go_syntax::SpecId) -> bool {
    match tree.spec(import) {
        go_syntax::ast::Spec::Import { path, .. } => tree.text(tree.expr_span(path)) == b"\"testing\"",
        _ => false,
    }
}

/// Whether two uses of one map may not happen at the same time.
pub(crate) fn conflict(a: Kind, b: Kind) -> bool {
    a == Kind::Write || b == Kind::Write
}
