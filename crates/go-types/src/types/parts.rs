//! The types that a type is made of.

use rustc_hash::FxHashSet;

use super::{Field, Interface, InterfaceMethod, Signature, Term, Type, TypeId, Types};

/// Types nested deeper than this are invalid. No program comes near it; those that would never end do.
const DEEPEST: u16 = 100;

/// What a type's parts say of it, known as soon as it is made.
#[derive(Clone, Copy, Default)]
pub(crate) struct Shape {
    /// How deep it is nested. Declared types are not looked into.
    depth: u16,
    /// Whether a type parameter is in it.
    pub(crate) open: bool,
    /// Whether an identical type may have another number, since Go lets it be spelled in several ways.
    pub(crate) loose: bool,
}

impl Shape {
    pub(crate) fn too_deep(self) -> bool {
        self.depth > DEEPEST
    }
}

impl Type {
    /// Calls `visit` with every type that this one is written with.
    pub(crate) fn each_part(&self, mut visit: impl FnMut(TypeId)) {
        match self {
            Type::Basic(_) | Type::Named(_) | Type::Param(_) => {}
            Type::Instance { args: parts, .. } | Type::Tuple(parts) => {
                parts.iter().for_each(|&part| visit(part))
            }
            Type::Pointer(elem) | Type::Slice(elem) | Type::Array { elem, .. } | Type::Chan { elem, .. } => {
                visit(*elem);
            }
            Type::Map { key, value } => {
                visit(*key);
                visit(*value);
            }
            Type::Struct(fields) => fields.iter().for_each(|field| visit(field.ty)),
            Type::Func(Signature { type_params, params, results, .. }) => {
                type_params.iter().chain(params).chain(results).for_each(|&part| visit(part));
            }
            Type::Interface(Interface { methods, embeds, .. }) => {
                methods.iter().for_each(|method| visit(method.sig));
                embeds.iter().for_each(|&embed| visit(embed));
            }
            Type::Union(terms) => terms.iter().for_each(|term| visit(term.ty)),
        }
    }

    /// The same type with other parts: of each what `change` makes of it.
    pub(crate) fn with_parts(&self, mut change: impl FnMut(TypeId) -> TypeId) -> Type {
        let mut all = |parts: &[TypeId]| parts.iter().map(|&part| change(part)).collect::<Box<[_]>>();
        match self {
            Type::Basic(_) | Type::Named(_) | Type::Param(_) => self.clone(),
            Type::Instance { origin, args } => Type::Instance { origin: *origin, args: all(args) },
            Type::Tuple(parts) => Type::Tuple(all(parts)),
            Type::Func(sig) => Type::Func(Signature {
                type_params: all(&sig.type_params),
                params: all(&sig.params),
                results: all(&sig.results),
                variadic: sig.variadic,
            }),
            Type::Pointer(to) => Type::Pointer(change(*to)),
            Type::Slice(elem) => Type::Slice(change(*elem)),
            Type::Array { elem, len } => Type::Array { elem: change(*elem), len: *len },
            Type::Chan { dir, elem } => Type::Chan { dir: *dir, elem: change(*elem) },
            Type::Map { key, value } => Type::Map { key: change(*key), value: change(*value) },
            Type::Struct(fields) => Type::Struct(
                fields.iter().map(|field| Field { ty: change(field.ty), ..field.clone() }).collect(),
            ),
            Type::Interface(interface) => {
                let methods = interface.methods.iter();
                let methods =
                    methods.map(|method| InterfaceMethod { sig: change(method.sig), ..*method }).collect();
                let embeds = interface.embeds.iter().map(|&embed| change(embed)).collect();
                Type::Interface(Interface { methods, embeds, comparable: interface.comparable })
            }
            Type::Union(terms) => {
                Type::Union(terms.iter().map(|term| Term { ty: change(term.ty), ..*term }).collect())
            }
        }
    }
}

impl Types {
    pub(super) fn shape(&self, ty: &Type) -> Shape {
        let mut shape = Shape::default();
        ty.each_part(|part| {
            let part = self.entry(part).shape;
            shape.depth = shape.depth.max(part.depth + 1);
            shape.open |= part.open;
            shape.loose |= part.loose;
        });
        match ty {
            Type::Param(_) => shape.open = true,
            Type::Array { len, .. } => shape.loose |= *len < 0,
            Type::Func(sig) => shape.loose |= !sig.type_params.is_empty(),
            Type::Interface(interface) => shape.loose |= !interface.embeds.is_empty() || interface.comparable,
            Type::Union(_) => shape.loose = true,
            _ => {}
        }
        shape
    }

    /// Whether one of `params` is in `t`. Declared types and constraints are not looked into.
    pub(crate) fn mentions(&self, t: TypeId, params: &[TypeId]) -> bool {
        let mut seen = FxHashSet::default();
        let mut open = vec![t];
        while let Some(t) = open.pop() {
            let entry = self.entry(t);
            if !entry.shape.open {
                continue;
            }
            if let Type::Param(_) = entry.ty {
                if params.contains(&t) {
                    return true;
                }
            } else if seen.insert(t) {
                entry.ty.each_part(|part| open.push(part));
            }
        }
        false
    }
}
