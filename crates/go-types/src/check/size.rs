//! Sizes, as Go's own compiler lays values out.

use go_syntax::ExprId;
use go_syntax::ast::Expr;

use super::Checker;
use crate::info::SelectionKind;
use crate::types::{Basic, Type, TypeId};

/// Types within types, at most.
const MAX_DEPTH: u32 = 100;

/// Types that one is made of, at most.
const MAX_PARTS: usize = 10_000;

impl<'a> Checker<'a> {
    /// How many bytes a value takes; none if that depends on a type parameter, or is not known.
    pub(super) fn size_of(&mut self, ty: TypeId) -> Option<i64> {
        self.layout(ty, 0).map(|(size, _)| size)
    }

    /// What its address is a multiple of.
    pub(super) fn align_of(&mut self, ty: TypeId) -> Option<i64> {
        self.layout(ty, 0).map(|(_, align)| align)
    }

    /// Whether a type's size depends on a type parameter.
    pub(super) fn has_variable_size(&mut self, ty: TypeId) -> bool {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open = vec![ty];
        while let Some(ty) = open.pop() {
            if self.types.is_type_param(ty) {
                return true;
            }
            if !seen.insert(ty) || seen.len() > MAX_PARTS {
                continue;
            }
            let under = self.under(ty);
            match self.types.get(under) {
                Type::Array { elem, .. } => open.push(*elem),
                Type::Struct(fields) => open.extend(fields.iter().map(|field| field.ty)),
                _ => {}
            }
        }
        false
    }

    /// Where in its struct a field is that `e` selects.
    pub(super) fn offset_of(&mut self, e: ExprId) -> Option<i64> {
        let Expr::Selector { .. } = self.tree().expr(self.tree().unparen(e)) else { return None };
        let e = self.tree().unparen(e);
        let selection = self.files[self.env.file].info.selection(e)?.clone();
        if selection.kind != SelectionKind::Field {
            return None;
        }
        let mut ty = selection.recv;
        let mut offset = 0;
        for &field in &selection.path {
            let under = self.under(ty);
            let under = self.types.pointee(under).map_or(under, |to| self.under(to));
            let Type::Struct(fields) = self.types.get(under) else { return None };
            let mut at = 0;
            for (number, other) in fields.iter().enumerate() {
                let (size, align) = self.layout(other.ty, 0)?;
                at = round_up(at, align);
                if number == field as usize {
                    break;
                }
                at += size;
            }
            offset += at;
            ty = fields.get(field as usize)?.ty;
        }
        Some(offset)
    }

    /// Size and alignment.
    fn layout(&mut self, ty: TypeId, depth: u32) -> Option<(i64, i64)> {
        if depth > MAX_DEPTH || self.types.is_type_param(ty) {
            return None;
        }
        let word = i64::from(self.input.word);
        let under = self.under(ty);
        let types = self.types;
        Some(match types.get(under) {
            Type::Basic(basic) => match basic {
                Basic::Bool | Basic::Int8 | Basic::Uint8 | Basic::UntypedBool => (1, 1),
                Basic::Int16 | Basic::Uint16 => (2, 2),
                Basic::Int32 | Basic::Uint32 | Basic::Float32 | Basic::UntypedRune => (4, 4),
                Basic::Int64 | Basic::Uint64 | Basic::Float64 | Basic::UntypedFloat => (8, word.min(8)),
                Basic::Complex64 => (8, 4),
                Basic::Complex128 | Basic::UntypedComplex => (16, word.min(8)),
                Basic::String | Basic::UntypedString => (2 * word, word),
                Basic::Invalid => return None,
                _ => (word, word),
            },
            Type::Pointer(_) | Type::Map { .. } | Type::Chan { .. } | Type::Func(_) => (word, word),
            Type::Slice(_) => (3 * word, word),
            Type::Interface(_) => (2 * word, word),
            &Type::Array { elem, len } if len >= 0 => {
                let (size, align) = self.layout(elem, depth + 1)?;
                (size.checked_mul(len)?, align)
            }
            Type::Struct(fields) => {
                let (mut at, mut most, mut last) = (0i64, 1, 1);
                for field in fields {
                    let (size, align) = self.layout(field.ty, depth + 1)?;
                    at = round_up(at, align).checked_add(size)?;
                    most = most.max(align);
                    last = size;
                }
                // A pointer behind the last field must not point outside.
                if last == 0 && at > 0 {
                    at += 1;
                }
                (round_up(at, most), most)
            }
            _ => return None,
        })
    }
}

fn round_up(at: i64, align: i64) -> i64 {
    (at + align - 1) / align.max(1) * align.max(1)
}
