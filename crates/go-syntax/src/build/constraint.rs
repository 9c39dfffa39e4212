//! Constraints: an expression of tags.

use std::fmt;

use crate::lexer::{decode, is_digit, is_letter};

/// What a `//go:build` or `// +build` line demands.
///
/// ```
/// use go_syntax::build::Constraint;
///
/// let constraint = Constraint::parse("//go:build unix && !(js || wasm)").unwrap();
/// assert!(constraint.eval(|tag| tag == "unix"));
/// assert_eq!(constraint.tags().collect::<Vec<_>>(), ["unix", "js", "wasm"]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Constraint {
    /// In the order in which a stack machine evaluates them. So there is no tree to recurse into.
    ops: Vec<Op>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Op {
    Tag(Box<str>),
    Not,
    And,
    Or,
}

/// What is wrong with a constraint.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ConstraintError {
    /// The expression has an error.
    Syntax {
        /// Where in the expression: a byte offset.
        offset: usize,
        /// What, as go/build/constraint says it.
        message: String,
    },
    /// The line is no constraint.
    NotAConstraint,
    /// A file has more than one `//go:build` line.
    Multiple,
}

impl fmt::Display for ConstraintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConstraintError::Syntax { message, .. } => f.write_str(message),
            ConstraintError::NotAConstraint => f.write_str("not a build constraint"),
            ConstraintError::Multiple => f.write_str("multiple //go:build comments"),
        }
    }
}

impl std::error::Error for ConstraintError {}

impl Constraint {
    /// Parses a line that starts with `//go:build` or `// +build`.
    pub fn parse(line: &str) -> Result<Constraint, ConstraintError> {
        if let Some(text) = go_build_text(line) {
            let mut parser =
                ExprParser { text, at: 0, token: "", start: 0, is_tag: false, size: 0, ops: vec![] };
            parser.or()?;
            if !parser.token.is_empty() {
                return Err(parser.error(format!("unexpected token {}", parser.token)));
            }
            return Ok(Constraint { ops: parser.ops });
        }
        let text = plus_build_text(line).ok_or(ConstraintError::NotAConstraint)?;
        plus_build(text)
    }

    /// Whether it holds if the tags are those for which `tag` says so.
    pub fn eval(&self, mut tag: impl FnMut(&str) -> bool) -> bool {
        let mut stack = Vec::new();
        for op in &self.ops {
            let top = match op {
                Op::Tag(name) => tag(name),
                Op::Not => !stack.pop().unwrap_or(false),
                Op::And | Op::Or => {
                    let (b, a) = (stack.pop().unwrap_or(false), stack.pop().unwrap_or(false));
                    if *op == Op::And { a && b } else { a || b }
                }
            };
            stack.push(top);
        }
        stack.pop().unwrap_or(true)
    }

    /// The tags in it, in order, each as often as it is named.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.ops.iter().filter_map(|op| match op {
            Op::Tag(name) => Some(&**name),
            _ => None,
        })
    }

    /// The oldest release that it can hold for, by its tags: 21 for `go1.21 && linux`. None if it holds for
    /// any. A `//go:build` line sets the language version of its file so.
    ///
    /// ```
    /// use go_syntax::build::Constraint;
    ///
    /// let release = |line| Constraint::parse(line).unwrap().release();
    /// assert_eq!(release("//go:build go1.21 && linux"), Some(21));
    /// assert_eq!(release("//go:build go1.21 || go1.18"), Some(18));
    /// assert_eq!(release("//go:build go1.21 || linux"), None);
    /// assert_eq!(release("//go:build !go1.21"), None);
    /// ```
    pub fn release(&self) -> Option<u32> {
        // Of the expression and of its negation. None is the smallest.
        let mut stack: Vec<[Option<u32>; 2]> = Vec::new();
        for op in &self.ops {
            let top = match op {
                Op::Tag(name) if **name == *"go1" => [Some(0), None],
                Op::Tag(name) => [name.split_once("go1.").and_then(|(_, minor)| minor.parse().ok()), None],
                Op::Not => {
                    let [x, not_x] = stack.pop()?;
                    [not_x, x]
                }
                Op::And | Op::Or => {
                    let ([y, not_y], [x, not_x]) = (stack.pop()?, stack.pop()?);
                    match op {
                        Op::And => [x.max(y), not_x.min(not_y)],
                        _ => [x.min(y), not_x.max(not_y)],
                    }
                }
            };
            stack.push(top);
        }
        stack.pop()?[0]
    }

    /// Both this and the other one.
    pub(super) fn and(mut self, other: Constraint) -> Constraint {
        self.ops.extend(other.ops);
        self.ops.push(Op::And);
        self
    }
}

/// The expression of a `//go:build` line.
pub(super) fn go_build_text(line: &str) -> Option<&str> {
    after_prefix(line.trim(), "//go:build")
}

/// The expression of a `// +build` line.
pub(super) fn plus_build_text(line: &str) -> Option<&str> {
    after_prefix(line.strip_prefix("//")?.trim(), "+build")
}

/// What follows a prefix and blanks.
fn after_prefix<'l>(line: &'l str, prefix: &str) -> Option<&'l str> {
    let rest = line.strip_prefix(prefix)?;
    let text = rest.trim();
    (!line.contains('\n') && (rest.is_empty() || text.len() < rest.len())).then_some(text)
}

/// Words are alternatives, of each the parts with commas between must hold.
fn plus_build(text: &str) -> Result<Constraint, ConstraintError> {
    const MOST: usize = 300;
    let too_complex =
        || ConstraintError::Syntax { offset: 0, message: "build expression too large".to_owned() };
    let tag = |name: &str| Op::Tag(name.into());
    let mut ops = Vec::new();
    for clause in text.split_whitespace() {
        let first_clause = ops.is_empty();
        for (at, part) in clause.split(',').enumerate() {
            let (name, negated) = match part.strip_prefix('!') {
                Some("") => ("ignore", false),
                Some(rest) if rest.starts_with('!') => ("ignore", false),
                Some(rest) => (rest, true),
                None => (part, false),
            };
            // What is no tag is one that is never set.
            ops.push(tag(if is_tag(name) { name } else { "ignore" }));
            if negated {
                ops.push(Op::Not);
            }
            if at > 0 {
                ops.push(Op::And);
            }
        }
        if !first_clause {
            ops.push(Op::Or);
        }
        if ops.len() > MOST {
            return Err(too_complex());
        }
    }
    if ops.is_empty() {
        ops.push(tag("ignore"));
    }
    Ok(Constraint { ops })
}

fn is_tag(word: &str) -> bool {
    !word.is_empty() && word.chars().all(is_tag_char)
}

fn is_tag_char(letter: char) -> bool {
    is_letter(letter) || is_digit(letter) || letter == '.'
}

/// Precedence: `!`, then `&&`, then `||`.
struct ExprParser<'l> {
    text: &'l str,
    at: usize,
    token: &'l str,
    start: usize,
    is_tag: bool,
    size: usize,
    ops: Vec<Op>,
}

/// Operands in one expression: also the limit of its depth.
const MOST_OPERANDS: usize = 1000;

impl ExprParser<'_> {
    fn error(&self, message: impl Into<String>) -> ConstraintError {
        ConstraintError::Syntax { offset: self.start, message: message.into() }
    }

    fn or(&mut self) -> Result<(), ConstraintError> {
        self.and()?;
        while self.token == "||" {
            self.and()?;
            self.ops.push(Op::Or);
        }
        Ok(())
    }

    fn and(&mut self) -> Result<(), ConstraintError> {
        self.not()?;
        while self.token == "&&" {
            self.not()?;
            self.ops.push(Op::And);
        }
        Ok(())
    }

    fn not(&mut self) -> Result<(), ConstraintError> {
        self.size += 1;
        if self.size > MOST_OPERANDS {
            return Err(self.error("build expression too large"));
        }
        self.lex()?;
        if self.token != "!" {
            return self.atom();
        }
        self.lex()?;
        if self.token == "!" {
            return Err(self.error("double negation not allowed"));
        }
        self.atom()?;
        self.ops.push(Op::Not);
        Ok(())
    }

    fn atom(&mut self) -> Result<(), ConstraintError> {
        if self.token == "(" {
            let start = self.start;
            let missing =
                |offset| ConstraintError::Syntax { offset, message: "missing close paren".to_owned() };
            match self.or() {
                Err(ConstraintError::Syntax { offset, message })
                    if message == "unexpected end of expression" =>
                {
                    return Err(missing(offset));
                }
                other => other?,
            }
            if self.token != ")" {
                return Err(missing(start));
            }
        } else if self.is_tag {
            self.ops.push(Op::Tag(self.token.into()));
        } else if self.token.is_empty() {
            return Err(self.error("unexpected end of expression"));
        } else {
            return Err(self.error(format!("unexpected token {}", self.token)));
        }
        self.lex()
    }

    fn lex(&mut self) -> Result<(), ConstraintError> {
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let rest = &rest[blank..];
        self.start = self.at + blank;
        let tag = rest.len() - rest.trim_start_matches(is_tag_char).len();
        self.is_tag = tag > 0;
        let len = match rest.as_bytes() {
            [] => 0,
            [b'(' | b')' | b'!', ..] => 1,
            [b'&', b'&', ..] | [b'|', b'|', ..] => 2,
            _ if tag > 0 => tag,
            bytes => {
                let letter = decode(bytes).unwrap_or(char::REPLACEMENT_CHARACTER);
                return Err(self.error(format!("invalid syntax at {letter}")));
            }
        };
        self.at = self.start + len;
        self.token = &rest[..len];
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(line: &str, tags: &[&str]) -> bool {
        Constraint::parse(line).unwrap().eval(|tag| tags.contains(&tag))
    }

    #[test]
    fn and_binds_tighter_than_or() {
        assert!(holds("//go:build a || b && c", &["a"]));
        assert!(!holds("//go:build (a || b) && c", &["a"]));
        assert!(holds("//go:build !a && !(b && c)", &["b"]));
        assert!(holds("//go:build go1.21", &["go1.21"]));
    }

    #[test]
    fn old_lines_are_words_with_commas() {
        assert!(holds("// +build a,b c", &["c"]));
        assert!(!holds("// +build a,b c", &["a"]));
        assert!(holds("//+build !a,b", &["b"]));
        assert!(!holds("// +build", &["a"]));
    }

    #[test]
    fn errors_are_worded_as_in_go() {
        let message = |line: &str| Constraint::parse(line).unwrap_err().to_string();
        assert_eq!(message("//go:build !!a"), "double negation not allowed");
        assert_eq!(message("//go:build (a && b"), "missing close paren");
        assert_eq!(message("//go:build a b"), "unexpected token b");
        assert_eq!(message("//go:build a & b"), "invalid syntax at &");
        assert_eq!(message("//go:build"), "unexpected end of expression");
        assert_eq!(message("//go:builds a"), "not a build constraint");
        let deep = format!("//go:build {}a", "(".repeat(100_000));
        assert_eq!(message(&deep), "build expression too large");
    }
}
