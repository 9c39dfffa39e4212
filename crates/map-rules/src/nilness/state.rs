//! What is known at one point of a function.

use go_syntax::ExprId;
use go_syntax::ast::Expr;
use go_types::{ObjKind, ObjRef, Selection, SelectionKind, Type, VarKind};

use crate::context::Context;

/// Why a map is nil.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Why {
    /// Its variable was declared without a value.
    Declared,
    /// It is a result that has a name.
    Result,
    /// It is a field of a struct whose literal leaves it out, or of one without a value.
    Field,
    /// `nil` was assigned.
    Assigned,
    /// This function gave nil.
    Returned(ObjRef),
    /// It was compared with nil.
    Compared,
}

/// What is known of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fact {
    /// It is zero: nil, or a struct of zeros.
    Zero(Why),
    /// It may be nil, on some path.
    Maybe(Why),
    /// It is not nil.
    Set,
    /// It was nil and was written, so control never comes here; as if this way did not exist.
    Written,
    /// Nothing, and nothing is to be concluded.
    Unsure,
}

/// A variable of the package, or a field of it, or a field of that. What a variable points to has the variable's own
/// place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// The variable.
    pub(crate) var: u32,
    /// Fields, 16 bits each, the first lowest, each one more than its number.
    path: u64,
}

impl Place {
    pub(crate) fn of(var: u32) -> Place {
        Place { var, path: 0 }
    }

    /// Whether it is the variable itself.
    pub(crate) fn is_var(self) -> bool {
        self.path == 0
    }

    fn steps(self) -> u32 {
        (64 - self.path.leading_zeros()).div_ceil(16)
    }

    /// A field of it; none if that is nested too deep.
    pub(crate) fn field(self, number: u32) -> Option<Place> {
        let steps = self.steps();
        if steps == 4 || number >= 0xffff {
            return None;
        }
        Some(Place { path: self.path | u64::from(number + 1) << (16 * steps), ..self })
    }

    /// Whether `other` is this, or part of it.
    pub(crate) fn holds(self, other: Place) -> bool {
        let steps = self.steps();
        let mask = if steps == 4 { u64::MAX } else { (1 << (16 * steps)) - 1 };
        self.var == other.var && other.path & mask == self.path
    }

    /// The place that an expression names. No pointer may be followed on the way, but the variable itself.
    pub(crate) fn named(context: &Context<'_>, e: ExprId) -> Option<Place> {
        let tree = &context.info.tree;
        let mut e = tree.unparen(e);
        let mut fields: Vec<&Selection> = Vec::new();
        let is_pointer = |e| context.program.types.deref(context.info.type_of(e)).1;
        let mut place = loop {
            match tree.expr(e) {
                Expr::Ident { .. } => {
                    let (obj, object) = context.used(e)?;
                    let ours = obj.pkg == context.package.id && matches!(object.kind, ObjKind::Var(_));
                    break ours.then_some(Place::of(obj.index))?;
                }
                Expr::Selector { x, .. } => {
                    let selection = context.info.selection(e)?;
                    if selection.kind != SelectionKind::Field {
                        return None;
                    }
                    let x = tree.unparen(x);
                    if tree.as_ident(x).is_none() && is_pointer(x) || embeds_pointer(context, selection) {
                        return None;
                    }
                    fields.push(selection);
                    e = x;
                }
                Expr::Star { x } if tree.as_ident(tree.unparen(x)).is_some() => e = tree.unparen(x),
                _ => return None,
            }
        };
        for selection in fields.iter().rev() {
            for &step in &selection.path {
                place = place.field(step)?;
            }
        }
        Some(place)
    }
}

/// Whether a pointer is followed between the fields of a selection.
fn embeds_pointer(context: &Context<'_>, selection: &Selection) -> bool {
    let types = &context.program.types;
    let mut owner = types.deref(selection.recv).0;
    let Some((_, way)) = selection.path.split_last() else { return false };
    way.iter().any(|&step| {
        let Type::Struct(fields) = types.get(types.underlying(owner)) else { return true };
        let Some(field) = fields.get(step as usize) else { return true };
        owner = field.ty;
        types.deref(field.ty).1
    })
}

/// What a variable says of a map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Link {
    /// If it is an error, the map is nil.
    Error,
    /// If it is true, the map had an element.
    Found,
    /// It is an element of the map, so zero if the map is nil.
    Element,
    /// It depends on what is in the map.
    Value,
}

/// What is known at one point of a function.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct State {
    /// Whether control never comes here.
    pub(crate) dead: bool,
    facts: Vec<(Place, Fact)>,
    /// Variables that something else may change: their addresses are known elsewhere, or functions set them.
    wild: Vec<u32>,
    links: Vec<(u32, Link, Place)>,
}

impl State {
    pub(crate) fn dead() -> State {
        State { dead: true, ..State::default() }
    }

    /// What is known of a place: what was said of it, or of what it is a part of.
    pub(crate) fn fact(&self, place: Place) -> Option<Fact> {
        let holders = self.facts.iter().filter(|(holder, _)| holder.holds(place));
        let (holder, fact) = holders.max_by_key(|(holder, _)| holder.steps())?;
        match fact {
            _ if *holder == place => Some(*fact),
            Fact::Zero(_) => Some(Fact::Zero(Why::Field)),
            Fact::Maybe(_) => Some(Fact::Maybe(Why::Field)),
            _ => None,
        }
    }

    /// A place gets a value.
    pub(crate) fn assign(&mut self, place: Place, fact: Option<Fact>) {
        self.facts.retain(|(other, _)| !place.holds(*other));
        self.links.retain(|(var, _, other)| !(place.is_var() && *var == place.var || place.holds(*other)));
        let inherits = self.facts.iter().any(|(holder, _)| holder.holds(place));
        match fact {
            Some(fact) => self.facts.push((place, fact)),
            // What it is a part of says nothing of it any more.
            None if inherits => self.facts.push((place, Fact::Unsure)),
            None => {}
        }
    }

    /// A comparison told something of a place.
    pub(crate) fn learn(&mut self, place: Place, fact: Fact) {
        self.facts.retain(|(other, _)| *other != place);
        self.facts.push((place, fact));
    }

    /// All that is known of a variable and its parts goes to another one.
    pub(crate) fn copy(&mut self, from: Place, to: Place) {
        let known = self.fact(from);
        self.assign(to, known);
    }

    /// From now on others may change a variable at any time.
    pub(crate) fn let_go(&mut self, var: u32) {
        self.facts.retain(|(place, _)| place.var != var);
        if !self.wild.contains(&var) {
            self.wild.push(var);
        }
    }

    /// A function is called that is not known: it may change all that can be reached from elsewhere.
    pub(crate) fn call(&mut self, context: &Context<'_>) {
        if self.facts.is_empty() {
            return;
        }
        let own: Vec<bool> = self.facts.iter().map(|(place, _)| self.is_own(context, *place)).collect();
        let mut own = own.into_iter();
        self.facts.retain(|_| own.next().unwrap_or(false));
    }

    /// Whether only this function can change a place.
    fn is_own(&self, context: &Context<'_>, place: Place) -> bool {
        let var = ObjRef { pkg: context.package.id, index: place.var };
        let Some(object) = context.object(var) else { return false };
        if self.wild.contains(&place.var) || matches!(object.kind, ObjKind::Var(VarKind::Global)) {
            return false;
        }
        let pointer = context.program.types.deref(object.ty).1;
        // What a pointer leads to is its own if it was made here.
        let made = self.facts.iter().any(|(other, fact)| {
            *other == Place::of(place.var) && matches!(fact, Fact::Zero(why) if *why != Why::Compared)
        });
        !pointer || made
    }

    /// `var` tells something of a map from now on.
    pub(crate) fn link(&mut self, var: u32, link: Link, place: Place) {
        if !self.links.contains(&(var, link, place)) {
            self.links.push((var, link, place));
        }
    }

    pub(crate) fn links(&self, var: u32) -> Vec<(Link, Place)> {
        self.links.iter().filter(|(of, ..)| *of == var).map(|(_, link, place)| (*link, *place)).collect()
    }

    /// Forgets everything: used where loops are nested too deep.
    pub(crate) fn forget(&mut self) {
        self.facts.iter_mut().for_each(|(_, fact)| *fact = Fact::Unsure);
        self.links.clear();
    }

    /// What is known where two ways meet.
    pub(crate) fn join(self, other: State) -> State {
        if self.dead {
            return other;
        }
        if other.dead {
            return self;
        }
        let mut joined = State::default();
        let places = self.facts.iter().chain(&other.facts).map(|(place, _)| *place);
        for place in places {
            if joined.facts.iter().any(|(seen, _)| *seen == place) {
                continue;
            }
            // Nothing said of either is nothing; said of one only, the other may be anything.
            let fact = join(self.fact(place), other.fact(place)).unwrap_or(Fact::Unsure);
            joined.facts.push((place, fact));
        }
        joined.wild = self.wild;
        for var in other.wild {
            if !joined.wild.contains(&var) {
                joined.wild.push(var);
            }
        }
        joined.links = self.links.into_iter().filter(|link| other.links.contains(link)).collect();
        joined
    }

    /// Whether both know the same.
    pub(crate) fn same(&self, other: &State) -> bool {
        self.dead == other.dead
            && self.wild.len() == other.wild.len()
            && self.facts.len() == other.facts.len()
            && self.facts.iter().all(|fact| other.facts.contains(fact))
    }

    /// Only what holds whenever a function literal may run later: of variables that `keep` says never change.
    pub(crate) fn for_literal(&self, keep: impl Fn(u32) -> bool) -> State {
        let facts: Vec<(Place, Fact)> =
            self.facts.iter().filter(|(place, _)| place.is_var() && keep(place.var)).copied().collect();
        let wild = self.facts.iter().map(|(place, _)| place.var).filter(|var| !keep(*var)).collect();
        State { dead: self.dead, facts, wild, links: Vec::new() }
    }
}

fn join(one: Option<Fact>, other: Option<Fact>) -> Option<Fact> {
    match (one, other) {
        (Some(Fact::Zero(why)), Some(Fact::Zero(_))) => Some(Fact::Zero(why)),
        (Some(Fact::Written), other) | (other, Some(Fact::Written)) => other,
        (Some(Fact::Set), Some(Fact::Set)) => Some(Fact::Set),
        // A comparison tells of one way only what the other may not know.
        (Some(Fact::Zero(Why::Compared)), _) | (_, Some(Fact::Zero(Why::Compared))) => None,
        (Some(Fact::Zero(why) | Fact::Maybe(why)), _) | (_, Some(Fact::Zero(why) | Fact::Maybe(why))) => {
            Some(Fact::Maybe(why))
        }
        _ => None,
    }
}
