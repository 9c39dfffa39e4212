//! What a condition tells of maps.

use go_syntax::ast::{BinaryOp, Expr, UnaryOp};
use go_syntax::{Event, ExprId, Node};
use go_types::{Builtin, Value};

use super::flow::Flow;
use super::state::{Fact, Link, Place, State, Why};

impl Flow<'_> {
    /// What is known if a condition is `truth`.
    pub(super) fn refine(&self, state: &mut State, cond: ExprId, truth: bool) {
        if state.dead {
            return;
        }
        if let Some(constant) = self.context.truth(cond) {
            if constant != truth {
                *state = State::dead();
            }
            return;
        }
        let tree = &self.context.info.tree;
        match tree.expr(cond) {
            Expr::Paren { x, .. } => self.refine(state, x, truth),
            Expr::Unary { op: UnaryOp::Not, x } => self.refine(state, x, !truth),
            Expr::Binary { op: op @ (BinaryOp::LAnd | BinaryOp::LOr), x, y, .. } => {
                if truth == (op == BinaryOp::LAnd) {
                    self.refine(state, x, truth);
                    self.refine(state, y, truth);
                } else {
                    // One of them decides: the first, or the second after the first did not.
                    let mut second = state.clone();
                    self.refine(state, x, truth);
                    self.refine(&mut second, x, !truth);
                    self.refine(&mut second, y, truth);
                    *state = std::mem::take(state).join(second);
                }
            }
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. }
                if self.context.is_nil(x) || self.context.is_nil(y) =>
            {
                let asked = if self.context.is_nil(x) { y } else { x };
                let is_eq = matches!(tree.expr(cond), Expr::Binary { op: BinaryOp::Eq, .. });
                self.compared(state, asked, truth == is_eq);
            }
            Expr::Binary { op, x, y, .. } if self.counts(x).is_some() => {
                let Some(number) = self.context.info.values.get(&y).and_then(Value::as_int) else {
                    return self.doubt(state, cond);
                };
                let empty = match (op, number) {
                    (BinaryOp::Eq | BinaryOp::Le, 0) | (BinaryOp::Lt, 1) => truth,
                    (BinaryOp::Ne | BinaryOp::Gt, 0) | (BinaryOp::Ge, 1) => !truth,
                    _ => return self.doubt(state, cond),
                };
                if let Some(place) = self.counts(x)
                    && !empty
                {
                    self.is_set(state, place);
                }
            }
            Expr::Binary { op, x, y, .. } if self.elements(state, x).is_some() => {
                let zero = match self.context.info.values.get(&y) {
                    Some(Value::Str(_)) => Value::Str([].as_slice().into()),
                    Some(Value::Bool(_)) => Value::Bool(false),
                    _ => Value::Int(0),
                };
                let other = self.context.info.values.get(&y).unwrap_or(&Value::Unknown);
                match (zero.binary(op, other, true).as_bool(), self.elements(state, x)) {
                    // With a nil map the condition would have come out the other way.
                    (Some(of_zero), Some(places)) if of_zero != truth => {
                        places.into_iter().for_each(|place| self.is_set(state, place));
                    }
                    (Some(_), _) => {}
                    (None, _) => self.doubt(state, cond),
                }
            }
            Expr::Index { .. } if self.elements(state, cond).is_some() => {
                if truth && let Some(places) = self.elements(state, cond) {
                    places.into_iter().for_each(|place| self.is_set(state, place));
                }
            }
            Expr::Ident { .. } => {
                let Some(var) = Place::named(&self.context, cond).filter(|place| place.is_var()) else {
                    return;
                };
                for (link, place) in state.links(var.var) {
                    match link {
                        Link::Found | Link::Element if truth => self.is_set(state, place),
                        Link::Value => state.learn(place, Fact::Unsure),
                        _ => {}
                    }
                }
            }
            _ => self.doubt(state, cond),
        }
    }

    /// `x == nil` or not.
    fn compared(&self, state: &mut State, x: ExprId, nil: bool) {
        if let Some(places) = self.elements(state, x) {
            if !nil {
                places.into_iter().for_each(|place| self.is_set(state, place));
            }
            return;
        }
        let Some(place) = Place::named(&self.context, x) else { return self.doubt(state, x) };
        if self.context.is_map(x) && self.vars.contains(&place.var) {
            match (state.fact(place), nil) {
                (Some(Fact::Zero(_)), true) => {}
                (Some(Fact::Set), true) => *state = State::dead(),
                (Some(Fact::Maybe(why)), true) => state.learn(place, Fact::Zero(why)),
                (_, true) => state.learn(place, Fact::Zero(Why::Compared)),
                (_, false) => self.is_set(state, place),
            }
        }
        if place.is_var() {
            for (link, map) in state.links(place.var) {
                match (link, nil, state.fact(map)) {
                    (Link::Error, false, Some(Fact::Maybe(why))) => state.learn(map, Fact::Zero(why)),
                    (Link::Error, true, Some(Fact::Maybe(_))) | (Link::Value, ..) => {
                        state.learn(map, Fact::Unsure);
                    }
                    _ => {}
                }
            }
        }
    }

    /// A map turns out not to be nil: where it was, control never comes.
    fn is_set(&self, state: &mut State, place: Place) {
        match state.fact(place) {
            Some(Fact::Zero(_)) => *state = State::dead(),
            _ => state.learn(place, Fact::Set),
        }
    }

    /// The body of a loop over a map runs only if it is not nil.
    pub(super) fn goes_through(&self, state: &mut State, x: ExprId) {
        if self.context.is_map(x)
            && let Some(place) = Place::named(&self.context, x).filter(|place| self.vars.contains(&place.var))
        {
            self.is_set(state, place);
        }
    }

    /// The maps that an expression is an element of: `m[k]`, or a variable that got it.
    fn elements(&self, state: &State, e: ExprId) -> Option<Vec<Place>> {
        let tree = &self.context.info.tree;
        let e = tree.unparen(e);
        let places: Vec<Place> = match tree.expr(e) {
            Expr::Index { x, .. } if self.context.is_map(x) => {
                let place = Place::named(&self.context, x);
                place.filter(|place| self.vars.contains(&place.var)).into_iter().collect()
            }
            Expr::Ident { .. } => {
                let var = Place::named(&self.context, e).filter(|place| place.is_var())?;
                let links = state.links(var.var);
                if links.iter().any(|(link, _)| *link == Link::Value) {
                    return None;
                }
                links.into_iter().filter(|(link, _)| *link == Link::Element).map(|(_, map)| map).collect()
            }
            _ => return None,
        };
        (!places.is_empty()).then_some(places)
    }

    /// The map whose elements `len(m)` counts.
    fn counts(&self, e: ExprId) -> Option<Place> {
        let tree = &self.context.info.tree;
        let Expr::Call { fun, args, .. } = tree.expr(tree.unparen(e)) else { return None };
        if self.context.builtin(fun) != Some(Builtin::Len) {
            return None;
        }
        let &map = tree.exprs(args).first()?;
        let place = Place::named(&self.context, map).filter(|place| self.vars.contains(&place.var))?;
        self.context.is_map(map).then_some(place)
    }

    /// `x` gets a value that may depend on what is in a map.
    pub(super) fn depends(&self, state: &mut State, x: ExprId, value: ExprId) {
        let Some(var) = Place::named(&self.context, x).filter(|place| place.is_var()) else { return };
        let tree = &self.context.info.tree;
        let is_element = match tree.expr(tree.unparen(value)) {
            Expr::Index { x, .. } => self.context.is_map(x) && Place::named(&self.context, x).is_some(),
            _ => false,
        };
        for place in self.asked(value) {
            state.link(var.var, if is_element { Link::Element } else { Link::Value }, place);
        }
    }

    /// The maps whose elements an expression looks at, or counts.
    fn asked(&self, e: ExprId) -> Vec<Place> {
        let tree = &self.context.info.tree;
        let mut found = Vec::new();
        for event in tree.walk(Node::Expr(e)) {
            let Event::Enter(Node::Expr(id)) = event else { continue };
            let place = match tree.expr(id) {
                Expr::Index { x, .. } if self.context.is_map(x) => Place::named(&self.context, x),
                Expr::Call { .. } => self.counts(id),
                _ => None,
            };
            found.extend(place.filter(|place| self.vars.contains(&place.var)));
        }
        found
    }

    /// A condition asks of a map in a way that is not understood: nothing is concluded of it any more.
    pub(super) fn doubt(&self, state: &mut State, cond: ExprId) {
        let tree = &self.context.info.tree;
        for place in self.asked(cond) {
            state.learn(place, Fact::Unsure);
        }
        for event in tree.walk(Node::Expr(cond)) {
            let Event::Enter(Node::Expr(id)) = event else { continue };
            if tree.as_ident(id).is_some()
                && let Some(var) = Place::named(&self.context, id)
            {
                for (_, place) in state.links(var.var) {
                    state.learn(place, Fact::Unsure);
                }
            }
        }
    }
}
