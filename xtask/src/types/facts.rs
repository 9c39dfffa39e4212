//! What the resolver knows of a file, found by place.

use std::collections::{HashMap, HashSet};

use go_packages::Graph;
use go_syntax::ast::{BinaryOp, Decl, DeclKeyword, Expr, Spec};
use go_syntax::{Event, ExprId, Pos};
use go_types::{
    FileInfo, MethodRef, Mode, ObjKind, ObjRef, Package, PkgId, Program, Selection, SelectionKind, Type,
    TypeId, Use,
};

/// What stands at a place.
#[derive(Clone, Copy)]
pub(super) enum Node {
    /// An expression.
    Expr(ExprId),
    /// The name behind the dot of a selector.
    Sel(ExprId),
}

/// A file of a package.
pub(super) struct Facts<'p> {
    pub(super) graph: &'p Graph,
    pub(super) program: &'p Program,
    pub(super) package: &'p Package,
    pub(super) file: &'p FileInfo,
    nodes: HashMap<(u32, u32), Node>,
    /// Elements of composite literals.
    elements: HashSet<ExprId>,
    /// Values of constants that lines after them have too.
    repeated: Vec<(u32, u32)>,
}

impl<'p> Facts<'p> {
    pub(super) fn new(graph: &'p Graph, program: &'p Program, package: &'p Package, number: usize) -> Self {
        let file = &package.files[number];
        let tree = &file.tree;
        let mut nodes = HashMap::with_capacity(tree.expr_count() * 5 / 4);
        let (mut repeated, mut elements) = (Vec::new(), HashSet::new());
        for &decl in tree.decls() {
            if let Decl::Gen { keyword: DeclKeyword::Const, specs, .. } = tree.decl(decl) {
                for pair in tree.specs(specs).windows(2) {
                    if let [Spec::Value { values, .. }, Spec::Value { values: next, .. }] = pair
                        && next.is_empty()
                    {
                        let spans = tree.exprs(*values).iter().map(|&value| tree.expr_span(value));
                        repeated.extend(spans.map(|span| (span.start.offset(), span.end.offset())));
                    }
                }
            }
            for event in tree.walk(go_syntax::Node::Decl(decl)) {
                let Event::Enter(go_syntax::Node::Expr(id)) = event else { continue };
                let span = tree.expr_span(id);
                nodes.insert((span.start.offset(), span.end.offset()), Node::Expr(id));
                match tree.expr(id) {
                    Expr::Selector { sel, .. } => {
                        let span = tree.ident_span(sel);
                        nodes.insert((span.start.offset(), span.end.offset()), Node::Sel(id));
                    }
                    Expr::Composite { elts, .. } => elements.extend(tree.exprs(elts)),
                    Expr::KeyValue { value, .. } => _ = elements.insert(value),
                    _ => {}
                }
            }
        }
        Facts { graph, program, package, file, nodes, elements, repeated }
    }

    pub(super) fn node(&self, start: u32, end: u32) -> Option<Node> {
        self.nodes.get(&(start, end)).copied()
    }

    /// Whether it is part of a constant's value that the next line has too.
    pub(super) fn is_repeated(&self, start: u32, end: u32) -> bool {
        self.repeated.iter().any(|&(from, to)| from <= start && end <= to)
    }

    /// Whether it is an element of a composite literal.
    pub(super) fn is_element(&self, start: u32, end: u32) -> bool {
        matches!(self.node(start, end), Some(Node::Expr(e) | Node::Sel(e)) if self.elements.contains(&e))
    }

    /// Whether it is `a + b`.
    pub(super) fn is_sum(&self, e: ExprId) -> bool {
        matches!(self.file.tree.expr(e), Expr::Binary { op: BinaryOp::Add, .. })
    }

    /// The mode as go/types calls it; `-` where none is known.
    pub(super) fn mode(&self, e: ExprId) -> &'static str {
        match self.file.mode(e) {
            Mode::Invalid => "-",
            Mode::NoValue => "novalue",
            Mode::Builtin(_) => "builtin",
            Mode::Type => "type",
            Mode::Const => "const",
            Mode::Var => "var",
            Mode::MapIndex => "mapindex",
            Mode::Value if self.file.type_of(e) == TypeId::UNTYPED_NIL => "nil",
            Mode::Value => "value",
            Mode::CommaOk => "commaok",
        }
    }

    /// The type as text.
    pub(super) fn type_text(&self, ty: TypeId) -> String {
        let path = |pkg: PkgId| match self.program.package(pkg) {
            Some(package) => package.path.to_string(),
            None => self.package.path.to_string(),
        };
        self.program.types.display(ty, &path)
    }

    /// The object that a name, or the name behind the dot of a selector, refers to.
    pub(super) fn object(&self, e: ExprId) -> Option<String> {
        match self.file.use_of(e) {
            Use::None => None,
            Use::Object(object) => Some(self.place(object)),
            Use::Selection(_) => Some(self.selected(self.file.selection(e)?)),
        }
    }

    fn selected(&self, selection: &Selection) -> String {
        match selection.method {
            Some(MethodRef::Declared { func, .. }) => self.place(func),
            Some(MethodRef::Interface { interface, index }) => {
                let set = self.program.types.type_set(interface);
                let name = set.methods.get(index as usize).map(|method| method.name);
                format!("interface {}", name.map_or("?", |name| self.program.types.names.text(name)))
            }
            None => match self.field_name(selection) {
                Some(name) => format!("field {name}"),
                None => "field ?".to_owned(),
            },
        }
    }

    fn field_name(&self, selection: &Selection) -> Option<&'p str> {
        let types = &self.program.types;
        let mut ty = selection.recv;
        let mut name = None;
        for &number in &selection.path {
            let core = types.core_type(types.deref(types.core_type(ty)).0);
            let Type::Struct(fields) = types.get(core) else { return None };
            let field = fields.get(number as usize)?;
            (ty, name) = (field.ty, Some(types.names.text(field.name)));
        }
        name
    }

    /// The object that is declared at a place, and its type.
    pub(super) fn declared(&self, at: u32) -> Option<(String, TypeId)> {
        let &index = self.file.defs.get(&Pos::new(at))?;
        let object = ObjRef { pkg: self.package.id, index };
        Some((self.place(object), self.package.object(index).ty))
    }

    /// What an object is, and where it is declared.
    pub(super) fn place(&self, object: ObjRef) -> String {
        let found = match object.pkg == self.package.id {
            true => self.package.objects.get(object.index as usize),
            false => self.program.object(object),
        };
        let Some(found) = found else { return "?".to_owned() };
        let kind = match found.kind {
            ObjKind::Package(_) => "package",
            ObjKind::Const(_) => "const",
            ObjKind::TypeName { .. } => "type",
            ObjKind::Var(_) => "var",
            ObjKind::Func => "func",
            ObjKind::Builtin(_) => "builtin",
            ObjKind::Nil => "nil",
        };
        let name = self.program.types.names.text(found.name);
        match found.pos {
            Some((file, pos)) => {
                let package = graph_package(self.graph, object.pkg);
                let file = package.and_then(|package| package.files.get(file as usize));
                let file = file.and_then(|file| file.path.file_name()).unwrap_or_default();
                format!("{kind} {}:{}", file.to_string_lossy(), pos.offset())
            }
            None if object.pkg == Program::UNSAFE => format!("{kind} unsafe.{name}"),
            None => format!("{kind} {name}"),
        }
    }

    /// The selection as sitetruth writes it, and the type of what is before the dot.
    pub(super) fn selection(&self, e: ExprId) -> Option<(String, TypeId)> {
        let Expr::Selector { .. } = self.file.tree.expr(e) else { return None };
        let selection = self.file.selection(e)?;
        let kind = match selection.kind {
            SelectionKind::Field => "field",
            SelectionKind::Method => "method",
            SelectionKind::MethodExpr => "expr",
        };
        let path: Vec<String> = selection.path.iter().map(u32::to_string).collect();
        Some((format!("{kind} {} {}", path.join(","), u8::from(selection.indirect)), selection.recv))
    }

    /// The path of one of the package's files.
    pub(super) fn file_path(&self, number: usize) -> Option<String> {
        let file = graph_package(self.graph, self.package.id)?.files.get(number)?;
        Some(file.path.display().to_string())
    }

    /// The source of an expression, on one line.
    pub(super) fn text(&self, start: u32, end: u32) -> String {
        let source = self.file.tree.source().get(start as usize..end as usize).unwrap_or_default();
        let text = String::from_utf8_lossy(source);
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.chars().take(100).collect()
    }
}

/// A package as it was loaded.
pub(super) fn graph_package(graph: &Graph, id: PkgId) -> Option<&go_packages::Package> {
    graph.packages.get(id.0.checked_sub(Program::FIRST.0)? as usize)
}
