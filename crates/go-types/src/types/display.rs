//! Types as Go writes them.

use super::{Dir, Interface, NamedId, PkgId, Signature, Type, TypeId, Types};

/// A text that is longer stops there: types can be made whose texts never fit anywhere.
const LONGEST: usize = 64 * 1024;

impl Types {
    /// The type as `go/types` writes it. `qualifier` says what stands before a declared type's name; if that is
    /// empty, nothing does. Names of parameters are not known, so there are none.
    pub fn display(&self, t: TypeId, qualifier: &dyn Fn(PkgId) -> String) -> String {
        let mut writer = Writer { types: self, qualifier, text: String::new(), declared: Vec::new() };
        writer.ty(t);
        writer.text
    }
}

struct Writer<'a> {
    types: &'a Types,
    qualifier: &'a dyn Fn(PkgId) -> String,
    text: String,
    /// Generic types whose parameters are being written.
    declared: Vec<NamedId>,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn ty(&mut self, t: TypeId) {
        if self.text.len() > LONGEST {
            return;
        }
        match self.types.get(t) {
            Type::Basic(basic) => self.push(basic.as_str()),
            Type::Named(id) => {
                self.name(*id);
                let params = self.types.named(*id).params.get();
                if let Some(params) = params.filter(|params| !params.is_empty())
                    && !self.declared.contains(id)
                {
                    self.declared.push(*id);
                    self.type_params(params);
                    self.declared.pop();
                }
            }
            Type::Instance { origin, args } => {
                self.name(*origin);
                self.push("[");
                self.list(args);
                self.push("]");
            }
            Type::Param(id) => self.push(self.types.names.text(self.types.param(*id).name)),
            Type::Pointer(to) => self.after("*", *to),
            Type::Slice(elem) => self.after("[]", *elem),
            Type::Array { elem, len } => self.after(&format!("[{len}]"), *elem),
            Type::Map { key, value } => {
                self.after("map[", *key);
                self.after("]", *value);
            }
            Type::Chan { dir: Dir::Send, elem } => self.after("chan<- ", *elem),
            Type::Chan { dir: Dir::Recv, elem } => self.after("<-chan ", *elem),
            Type::Chan { dir: Dir::Both, elem } => {
                if let Type::Chan { dir: Dir::Recv, .. } = self.types.get(*elem) {
                    self.after("chan (", *elem);
                    self.push(")");
                } else {
                    self.after("chan ", *elem);
                }
            }
            Type::Struct(fields) => {
                self.push("struct{");
                for (number, field) in fields.iter().enumerate() {
                    self.push(if number > 0 { "; " } else { "" });
                    if !field.embedded {
                        self.push(self.types.names.text(field.name));
                        self.push(" ");
                    }
                    self.ty(field.ty);
                    if let Some(tag) = field.tag.as_deref().filter(|tag| !tag.is_empty()) {
                        self.push(" ");
                        self.push(&quote(tag));
                    }
                }
                self.push("}");
            }
            Type::Func(sig) => {
                self.push("func");
                self.signature(sig);
            }
            Type::Interface(interface) => self.interface(interface),
            Type::Tuple(parts) => {
                self.push("(");
                self.list(parts);
                self.push(")");
            }
            Type::Union(terms) => {
                for (number, term) in terms.iter().enumerate() {
                    self.push(if number > 0 { " | " } else { "" });
                    self.after(if term.tilde { "~" } else { "" }, term.ty);
                }
            }
        }
    }

    fn after(&mut self, text: &str, t: TypeId) {
        self.push(text);
        self.ty(t);
    }

    fn list(&mut self, parts: &[TypeId]) {
        for (number, &part) in parts.iter().enumerate() {
            self.after(if number > 0 { ", " } else { "" }, part);
        }
    }

    fn name(&mut self, id: NamedId) {
        let named = self.types.named(id);
        if named.pkg != PkgId::UNIVERSE {
            let package = (self.qualifier)(named.pkg);
            if !package.is_empty() {
                self.push(&package);
                self.push(".");
            }
        }
        self.push(self.types.names.text(named.name));
    }

    /// `[K comparable, V any]`: parameters that follow each other share a constraint.
    fn type_params(&mut self, params: &[TypeId]) {
        let constraint = |t: TypeId| match self.types.get(t) {
            Type::Param(id) => self.types.param(*id).constraint.get().copied().unwrap_or(TypeId::INVALID),
            _ => TypeId::INVALID,
        };
        let all: Vec<_> = params.iter().map(|&param| (param, constraint(param))).collect();
        self.push("[");
        for (number, &(param, constraint)) in all.iter().enumerate() {
            self.after(if number > 0 { ", " } else { "" }, param);
            if all.get(number + 1).is_none_or(|&(_, next)| next != constraint) {
                self.push(" ");
                self.constraint(constraint);
            }
        }
        self.push("]");
    }

    /// A constraint that is no interface is in one that is not written.
    fn constraint(&mut self, t: TypeId) {
        match self.types.get(t) {
            Type::Interface(Interface { methods, embeds, comparable: false }) if methods.is_empty() => {
                match **embeds {
                    [single] if !self.types.is_interface(single) => self.ty(single),
                    _ => self.ty(t),
                }
            }
            _ => self.ty(t),
        }
    }

    fn interface(&mut self, interface: &Interface) {
        match (interface.methods.is_empty() && interface.embeds.is_empty(), interface.comparable) {
            (true, false) => return self.push("any"),
            (true, true) => return self.push("comparable"),
            _ => {}
        }
        // Exported methods first, then by their names' texts.
        let names = &self.types.names;
        let mut methods: Vec<_> = interface.methods.iter().collect();
        methods.sort_by_key(|method| (!method.name.is_exported(), names.text(method.name), method.pkg));
        self.push("interface{");
        let mut separator = "";
        for method in methods {
            self.push(separator);
            self.push(self.types.names.text(method.name));
            match self.types.get(method.sig) {
                Type::Func(sig) => self.signature(sig),
                _ => self.ty(method.sig),
            }
            separator = "; ";
        }
        for &embed in &interface.embeds {
            self.after(separator, embed);
            separator = "; ";
        }
        if interface.comparable {
            self.push(separator);
            self.push("comparable");
        }
        self.push("}");
    }

    fn signature(&mut self, sig: &Signature) {
        if !sig.type_params.is_empty() {
            self.type_params(&sig.type_params);
        }
        self.push("(");
        match &*sig.params {
            [before @ .., last] if sig.variadic => {
                self.list(before);
                self.push(if before.is_empty() { "" } else { ", " });
                match self.types.get(*last) {
                    Type::Slice(elem) => self.after("...", *elem),
                    // As of `append([]byte, string...)`.
                    _ => {
                        self.ty(*last);
                        self.push("...");
                    }
                }
            }
            params => self.list(params),
        }
        self.push(")");
        match &*sig.results {
            [] => {}
            [single] => self.after(" ", *single),
            several => {
                self.push(" (");
                self.list(several);
                self.push(")");
            }
        }
    }
}

/// A string as Go quotes it. It need not be UTF-8.
fn quote(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => text.extend(['\\', c]),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                '\r' => text.push_str("\\r"),
                '\x07' => text.push_str("\\a"),
                '\x08' => text.push_str("\\b"),
                '\x0b' => text.push_str("\\v"),
                '\x0c' => text.push_str("\\f"),
                '\0'..='\x1f' | '\x7f' => text.push_str(&format!("\\x{:02x}", c as u32)),
                ' '..='~' => text.push(c),
                _ if c.is_control() || c.is_whitespace() => text.push_str(&format!("\\u{:04x}", c as u32)),
                _ => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text.push('"');
    text
}
