//! Compares what go/types says of a package with what we know.

use std::collections::HashMap;

use go_packages::{Graph, PackageId};
use go_syntax::ExprId;
use go_types::{Mode, Package, Program, TypeId, Value};

use super::facts::{Facts, Node};
use super::rules::{Difference, rule};
use super::tally::Tally;
use super::truth::{Item, Line};

/// Compares a package.
pub(super) fn compare<'t>(
    graph: &Graph,
    program: &Program,
    id: PackageId,
    package: &Package,
    items: impl Iterator<Item = Item<'t>>,
) -> Tally {
    let mut comparison = Comparison {
        types: Vec::new(),
        texts: HashMap::new(),
        same: HashMap::new(),
        tally: Tally::default(),
    };
    let files = &graph.package(id).files;
    let mut facts: Option<Facts<'_>> = None;
    for item in items {
        match item {
            Item::File(path) => {
                let number = files.iter().position(|file| file.path.to_str() == Some(path));
                facts = number.map(|number| Facts::new(graph, program, package, number));
                if facts.is_none() {
                    comparison.tally.difference("file", path.to_owned(), "a file".into(), "no file".into());
                    comparison.tally.end_line();
                }
            }
            Item::Type(text) => comparison.types.push(text),
            Item::Line(line) => {
                if let Some(facts) = &facts {
                    comparison.line(facts, &line);
                }
            }
        }
    }
    comparison.tally
}

struct Comparison<'t> {
    /// Their types.
    types: Vec<&'t str>,
    /// Ours, as text.
    texts: HashMap<TypeId, String>,
    /// Which of theirs is which of ours.
    same: HashMap<(u32, TypeId), bool>,
    tally: Tally,
}

impl<'t> Comparison<'t> {
    fn line(&mut self, facts: &Facts<'_>, line: &Line<'t>) {
        if line.object.is_some_and(|object| object.starts_with("label ")) {
            return self.tally.explained("labels are not looked up");
        }
        match facts.node(line.start, line.end) {
            // Sitetruth numbers the nodes; one that begins and ends where another one does is no concern of it.
            Some(Node::Expr(e)) if line.mode == "-" => self.without_type(facts, line, e),
            Some(Node::Expr(e)) => self.expression(facts, line, e),
            Some(Node::Sel(e)) => {
                self.texts_of(facts, line, "object", line.object, facts.object(e));
                self.instance(facts, line, e);
            }
            None => self.name(facts, line),
        }
        if line.known() {
            self.tally.end_line();
        }
    }

    fn expression(&mut self, facts: &Facts<'_>, line: &Line<'t>, e: ExprId) {
        let mode = facts.mode(e);
        if line.mode != mode {
            self.differ(facts, line, "mode", line.mode, mode);
            return;
        }
        // A call without result has no type, and the signature that go/types makes up for a predeclared function says nothing.
        if !matches!(mode, "novalue" | "builtin") {
            self.types(facts, line, "type", line.ty, facts.file.type_of(e));
        }
        if let Some(value) = line.value {
            self.value(facts, line, value, e);
        }
        self.texts_of(facts, line, "object", line.object, facts.object(e).filter(|_| line.node == "Ident"));
        self.instance(facts, line, e);
        self.selection(facts, line, e);
    }

    /// An expression that go/types gives no type: a variable that is declared, a key of a struct literal, the name of a package.
    fn without_type(&mut self, facts: &Facts<'_>, line: &Line<'t>, e: ExprId) {
        let kind = line.object.and_then(|object| object.split(' ').next()).unwrap_or_default();
        if kind == "field" {
            // A key of a struct literal.
            self.texts_of(facts, line, "object", line.object, facts.object(e));
            return;
        }
        self.texts_of(facts, line, "object", line.object, facts.object(e));
        match line.object_type {
            Some(_) => self.types(facts, line, "type", line.object_type, facts.file.type_of(e)),
            None if facts.file.mode(e) != Mode::Invalid => {
                self.differ(facts, line, "mode", line.mode, facts.mode(e));
            }
            None => {}
        }
        self.instance(facts, line, e);
    }

    /// A name that is no expression of ours: it is declared there.
    fn name(&mut self, facts: &Facts<'_>, line: &Line<'t>) {
        let Some(object) = line.object else {
            if line.known() {
                self.differ(facts, line, "absent", line.mode, "no expression");
            }
            return;
        };
        if object.starts_with("field ") || object.starts_with("interface ") {
            self.tally.explained("fields and methods of interfaces have no place");
        } else {
            let (place, ty) = facts.declared(line.start).unzip();
            self.texts_of(facts, line, "declared", Some(object), place);
            self.types(facts, line, "declared type", line.object_type, ty.unwrap_or(TypeId::INVALID));
        }
    }

    fn texts_of(
        &mut self,
        facts: &Facts<'_>,
        line: &Line<'t>,
        kind: &'static str,
        theirs: Option<&str>,
        ours: Option<String>,
    ) {
        if theirs != ours.as_deref() {
            self.differ(facts, line, kind, theirs.unwrap_or("-"), ours.as_deref().unwrap_or("-"));
        }
    }

    fn types(
        &mut self,
        facts: &Facts<'_>,
        line: &Line<'t>,
        kind: &'static str,
        theirs: Option<u32>,
        ours: TypeId,
    ) {
        let Some(number) = theirs else { return };
        let text = self.types.get(number as usize).copied().unwrap_or("?");
        let same = *self.same.entry((number, ours)).or_insert_with(|| {
            let ours = self.texts.entry(ours).or_insert_with(|| facts.type_text(ours));
            ours == text
        });
        if !same {
            self.differ(facts, line, kind, text, &facts.type_text(ours));
        }
    }

    fn instance(&mut self, facts: &Facts<'_>, line: &Line<'t>, e: ExprId) {
        let Some(theirs) = line.instance else {
            // The name of a selector has it, not the selector.
            if line.node == "Ident" && facts.file.instances.contains_key(&e) {
                let args = facts.file.instances[&e].iter().map(|&arg| facts.type_text(arg));
                self.differ(facts, line, "instance", "-", &args.collect::<Vec<_>>().join(", "));
            }
            return;
        };
        let ours = facts.file.instances.get(&e).map(|args| &**args).unwrap_or_default();
        let theirs: Vec<u32> = theirs.split(',').filter_map(|number| number.parse().ok()).collect();
        if theirs.len() != ours.len() {
            let (theirs, ours) = (format!("{} arguments", theirs.len()), format!("{} arguments", ours.len()));
            return self.differ(facts, line, "instance", &theirs, &ours);
        }
        for (&theirs, &ours) in theirs.iter().zip(ours) {
            self.types(facts, line, "instance", Some(theirs), ours);
        }
    }

    fn selection(&mut self, facts: &Facts<'_>, line: &Line<'t>, e: ExprId) {
        let ours = facts.selection(e);
        let Some(theirs) = line.selection else {
            if let Some((ours, _)) = ours {
                self.differ(facts, line, "selection", "-", &ours);
            }
            return;
        };
        let mut parts = theirs.split(' ');
        let mut part = || parts.next().unwrap_or_default();
        let (kind, path, indirect, recv) = (part(), part(), part(), part());
        // The number of a method among its type's methods is not kept.
        let path = match kind {
            "field" => path,
            _ => path.rsplit_once(',').map_or("", |(before, _)| before),
        };
        let theirs = format!("{kind} {path} {indirect}");
        let (ours, ty) = ours.unzip();
        self.texts_of(facts, line, "selection", Some(&theirs), ours);
        if let Some(ty) = ty {
            self.types(facts, line, "receiver", recv.parse().ok(), ty);
        }
    }

    fn value(&mut self, facts: &Facts<'_>, line: &Line<'t>, theirs: &str, e: ExprId) {
        let ours = facts.file.values.get(&e);
        let float = |bits: &str| u64::from_str_radix(bits, 16).map(f64::from_bits).unwrap_or(f64::NAN);
        let near = |a: f64, b: f64| a == b || ((a - b) / a).abs() < 1e-13;
        let (kind, rest) = theirs.split_at_checked(1).unwrap_or_default();
        let same = match (kind, ours) {
            ("c" | "I" | "i" | "f", None | Some(Value::Unknown)) => {
                self.tally.explained(match kind {
                    "c" => "no values of complex constants",
                    "I" => "no values of integers beyond 127 bits",
                    "i" => "an integer made of what is not worked out",
                    _ => "a float made of what is not worked out",
                });
                true
            }
            ("s", None | Some(Value::Unknown)) if facts.is_sum(e) || is_long(rest) => {
                self.tally.explained("parts of a sum of strings, and long ones");
                true
            }
            ("b", Some(Value::Bool(value))) => rest == if *value { "1" } else { "0" },
            ("i", Some(Value::Int(value))) => rest.parse() == Ok(*value),
            ("i", Some(Value::Float(value))) => rest.parse::<i128>().is_ok_and(|i| near(i as f64, *value)),
            ("i", Some(Value::Ratio(_))) => false,
            ("f", Some(Value::Ratio(value))) => near(float(rest), value.to_f64()),
            ("f", Some(Value::Int(value))) => near(float(rest), *value as f64),
            ("f", Some(Value::Float(value))) => {
                if float(rest) != *value && near(float(rest), *value) {
                    self.tally.explained("a float's last digits");
                }
                near(float(rest), *value)
            }
            ("s", Some(Value::Str(value))) => rest == format!("{}:{:016x}", value.len(), hash(value)),
            _ => false,
        };
        if !same {
            self.differ(facts, line, "value", theirs, &format!("{ours:?}"));
        }
    }

    fn differ(&mut self, facts: &Facts<'_>, line: &Line<'t>, kind: &'static str, theirs: &str, ours: &str) {
        let theirs_type = line.ty.and_then(|number| self.types.get(number as usize)).copied();
        let difference = Difference { kind, theirs, ours, theirs_type };
        if let Some(rule) = rule(facts, line, &difference) {
            return self.tally.explained(rule);
        }
        let place = facts.file.tree.line_col(go_syntax::Pos::new(line.start));
        let number = facts.package.files.iter().position(|file| std::ptr::eq(file, facts.file));
        let file = number.and_then(|number| facts.file_path(number)).unwrap_or_default();
        let text = facts.text(line.start, line.end);
        let place = format!("{file}:{}:{} {} {text}", place.line, place.column, line.node);
        self.tally.difference(kind, place, theirs.to_owned(), ours.to_owned());
    }
}

/// Whether a string, given as length and hash, is longer than those that are put together.
fn is_long(text: &str) -> bool {
    text.split(':').next().and_then(|len| len.parse::<usize>().ok()).is_some_and(|len| len > 64 * 1024)
}

/// FNV-1a, as sitetruth has it.
fn hash(bytes: &[u8]) -> u64 {
    let mix = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, mix)
}
