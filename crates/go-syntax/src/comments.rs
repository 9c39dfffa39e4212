//! Comments: a flat list beside the tree. Which comment belongs to what is found out when somebody asks.

use std::borrow::Cow;

use crate::ids::{Pos, Span};
use crate::tree::Tree;

/// One comment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// From its `//` or `/*` to its end, the line end not included.
    pub span: Span,
    /// Whether a group of comments starts with it: there is a token or an empty line before it.
    pub first: bool,
    /// Whether its group starts in the line of the token before it.
    pub beside: bool,
}

/// The comments of a file, by position.
#[derive(Default)]
pub struct Comments {
    pub(crate) list: Vec<Comment>,
}

impl Comments {
    /// All of them.
    pub fn all(&self) -> &[Comment] {
        &self.list
    }

    /// The comments that start in a span.
    pub fn within(&self, span: Span) -> &[Comment] {
        &self.list[self.first_from(span.start)..self.first_from(span.end)]
    }

    /// The groups, as go/ast has them: comments with no token and no empty line between.
    pub fn groups(&self) -> impl Iterator<Item = &[Comment]> {
        self.list.chunk_by(|_, next| !next.first)
    }

    /// Index of the first comment that starts at `pos` or later.
    fn first_from(&self, pos: Pos) -> usize {
        self.list.partition_point(|comment| comment.span.start < pos)
    }

    /// The group that starts with comment number `first`.
    fn group_from(&self, first: usize) -> &[Comment] {
        let rest = &self.list[first..];
        let more = rest.iter().skip(1).take_while(|comment| !comment.first).count();
        &rest[..(more + 1).min(rest.len())]
    }
}

impl Tree {
    /// The comments that start in a line, counted from 1.
    pub fn comments_in_line(&self, line: u32) -> &[Comment] {
        self.comments.within(self.lines().span(line))
    }

    /// The text of a comment with its markers, without carriage returns.
    pub fn comment_text(&self, comment: &Comment) -> Cow<'_, [u8]> {
        let text = self.text(comment.span);
        if !text.contains(&b'\r') {
            return Cow::Borrowed(text);
        }
        Cow::Owned(crate::literal::without_returns(text, text.starts_with(b"/*")))
    }

    /// The group of comments that documents what starts at `pos`: it ends in the line before, and there
    /// is no token between. This is go/ast's `Doc` for functions, declarations, and for specs, fields and
    /// methods that stand within brackets.
    pub fn doc_before(&self, pos: Pos) -> Option<&[Comment]> {
        let all = &self.comments;
        let last = all.first_from(pos).checked_sub(1)?;
        let end = all.list[last].span.end;
        if all.list[last].beside || !one_line_end(self.source.get(end.index()..pos.index())?) {
            return None;
        }
        let first = all.list[..=last].iter().rposition(|comment| comment.first).unwrap_or(0);
        self.is_first_in_line(first).then(|| &all.list[first..=last])
    }

    /// Whether no token is before a comment in its line. The end of a raw string may be, for which the
    /// comment is not [beside](Comment::beside) that.
    fn is_first_in_line(&self, number: usize) -> bool {
        let before = &self.source[..self.comments.list[number].span.start.index()];
        let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        let before = &before[..before.len() - blanks];
        let after_comment = number > 0 && self.comments.list[number - 1].span.end.index() == before.len();
        after_comment || before.last().is_none_or(|byte| *byte == b'\n') || before == b"\xef\xbb\xbf"
    }

    /// The group of comments in the same line after what ends before `end`, if nothing else follows there
    /// but a semicolon. This is go/ast's `Comment` for specs, fields and methods.
    pub fn comment_after(&self, end: Pos) -> Option<&[Comment]> {
        let all = &self.comments;
        let mut next = all.first_from(end);
        let mut at = self.gap(end.index(), &mut next);
        match self.source.get(at) {
            // The semicolon is the end of the line, or of the file, or a line end within a comment.
            None | Some(b'\n' | b'/') => next = all.first_from(end),
            Some(b';') => {
                next = all.first_from(Pos::new(at as u32 + 1));
                let first = next;
                at = self.blanks(at + 1);
                let group = all.list.get(first)?;
                if group.span.start.index() != at || !group.beside {
                    return None;
                }
                let group = all.group_from(first);
                let last = group.last()?;
                let follows = self.blanks(last.span.end.index());
                return matches!(self.source.get(follows), None | Some(b'\n' | b';')).then_some(group);
            }
            _ => return None,
        }
        let comment = all.list.get(next)?;
        let touches = self.blanks(end.index()) == comment.span.start.index();
        (touches && comment.beside).then(|| all.group_from(next))
    }

    /// Goes on from `at` over blanks, and comments without a line end. `next` is the next comment's number.
    fn gap(&self, mut at: usize, next: &mut usize) -> usize {
        loop {
            at = self.blanks(at);
            match self.comments.list.get(*next) {
                Some(comment) if comment.span.start.index() == at => {
                    if memchr::memchr(b'\n', self.text(comment.span)).is_some() {
                        return at;
                    }
                    at = comment.span.end.index();
                    *next += 1;
                }
                _ => return at,
            }
        }
    }

    /// Goes on from `at` over blanks in the line.
    fn blanks(&self, at: usize) -> usize {
        let rest = self.source.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count()
    }
}

/// Whether there is nothing but blanks and exactly one line end.
fn one_line_end(gap: &[u8]) -> bool {
    // Mostly there is something else soon; then the rest, which may be long, is not looked at.
    gap.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        && gap.iter().filter(|byte| **byte == b'\n').count() == 1
}
