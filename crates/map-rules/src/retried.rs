//! Code that is run again with the same task: handlers, consumers of messages, loops and functions that try again.

use go_syntax::ast::{Decl, Expr, FieldList, Stmt};
use go_syntax::{DeclId, Event, ExprId, Node, SigId, Span, Tree};
use go_types::TypeId;

use crate::context::Context;

/// Why code is run again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Retried {
    /// A client asks again: HTTP, or calls from other machines.
    Handler,
    /// A message is delivered again.
    Consumer,
    /// A loop that tries until it succeeds.
    Loop,
    /// A function that is given to something that tries again.
    Closure,
}

impl Retried {
    /// In words.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Retried::Handler => "a handler, whose request may come again",
            Retried::Consumer => "a consumer, whose message may be delivered again",
            Retried::Loop => "a loop that tries again",
            Retried::Closure => "a function that is tried again",
        }
    }
}

/// Why the code at an expression is run again: the innermost reason.
pub(crate) fn retried(context: &Context<'_>, decl: DeclId, at: ExprId) -> Option<Retried> {
    around(context, decl, at).map(|(why, _)| why)
}

/// The part of the source that is run again.
pub(crate) fn span(context: &Context<'_>, decl: DeclId, at: ExprId) -> Option<Span> {
    around(context, decl, at).map(|(_, span)| span)
}

pub(crate) fn around(context: &Context<'_>, decl: DeclId, at: ExprId) -> Option<(Retried, Span)> {
    let tree = &context.info.tree;
    let path = path_to(tree, decl, at);
    for (depth, &node) in path.iter().enumerate().rev() {
        let why = match node {
            Node::Stmt(id) => is_retry_loop(context, tree.stmt(id)).then_some(Retried::Loop),
            Node::Expr(id) => match tree.expr(id) {
                Expr::FuncLit { sig, .. } => {
                    let given = depth.checked_sub(1).and_then(|above| path.get(above)).is_some_and(
                        |&above| matches!(above, Node::Expr(call) if is_retry_call(context, call)),
                    );
                    if given { Some(Retried::Closure) } else { by_signature(context, sig) }
                }
                _ => None,
            },
            Node::Decl(id) => match tree.decl(id) {
                Decl::Func(func) => by_signature(context, func.sig),
                _ => None,
            },
            _ => None,
        };
        if let Some(why) = why {
            return Some((why, tree.span(node)));
        }
    }
    None
}

/// The nodes from a declaration down to an expression.
fn path_to(tree: &Tree, decl: DeclId, at: ExprId) -> Vec<Node> {
    let mut path = Vec::new();
    for event in tree.walk(Node::Decl(decl)) {
        match event {
            Event::Enter(node) if node == Node::Expr(at) => break,
            Event::Enter(node) => path.push(node),
            Event::Leave(_) => _ = path.pop(),
        }
    }
    path
}

/// `for attempt := …`, `for retries < n`: a loop whose variable or condition says so.
fn is_retry_loop(context: &Context<'_>, stmt: Stmt) -> bool {
    let tree = &context.info.tree;
    let nodes = match stmt {
        Stmt::For { init, cond, post, .. } => {
            let (init, post) = (init.map(Node::Stmt), post.map(Node::Stmt));
            [init, cond.map(Node::Expr), post]
        }
        Stmt::Range { clause, .. } => {
            let clause = tree.range(clause);
            [clause.key.map(Node::Expr), Some(Node::Expr(clause.x)), None]
        }
        _ => return false,
    };
    nodes.into_iter().flatten().any(|node| {
        tree.walk(node).any(|event| match event {
            Event::Enter(Node::Expr(id)) => {
                let name = match tree.expr(id) {
                    Expr::Ident { sym } => tree.name(sym),
                    Expr::Selector { sel, .. } => tree.name(sel.sym),
                    _ => return false,
                };
                says_retry(name)
            }
            _ => false,
        })
    })
}

fn says_retry(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = ["attempt", "retry", "retries", "tries", "backoff"];
    words.iter().any(|word| name.starts_with(word) || name.ends_with(word) || name.ends_with("attempts"))
        && !name.contains("entries")
        && !name.contains("entry")
}

/// `backoff.Retry(func() error {…}, …)`, `retry.Do(func() error {…})`.
fn is_retry_call(context: &Context<'_>, call: ExprId) -> bool {
    let tree = &context.info.tree;
    let Expr::Call { fun, .. } = tree.expr(call) else { return false };
    let fun = crate::sites::called(tree, fun);
    let (name, path) = match tree.expr(fun) {
        Expr::Ident { sym } => (tree.name(sym), ""),
        Expr::Selector { sel, .. } => {
            let path = context.used(fun).map_or("", |(obj, _)| context.path(obj.pkg));
            (tree.name(sel.sym), path)
        }
        _ => return false,
    };
    let package = path.rsplit('/').find(|part| !part.starts_with('v')).unwrap_or(path);
    says_retry(name)
        || matches!(package, "retry" | "retry-go" | "backoff" | "go-retry")
            && matches!(
                name,
                "Do" | "Retry"
                    | "RetryNotify"
                    | "Fibonacci"
                    | "Exponential"
                    | "Constant"
                    | "OnError"
                    | "RetryOnConflict"
            )
}

/// Whether the parameters are those of a handler or a consumer.
fn by_signature(context: &Context<'_>, sig: SigId) -> Option<Retried> {
    let tree = &context.info.tree;
    let types = params(context, tree.sig(sig).params);
    let shown: Vec<String> = types.iter().map(|&ty| context.display(ty)).collect();
    let has = |wanted: &str| shown.iter().any(|ty| ty == wanted);
    if has("net/http.ResponseWriter") && has("*net/http.Request") {
        return Some(Retried::Handler);
    }
    const CONTEXTS: [&str; 5] = [
        "github.com/gin-gonic/gin.Context",
        "github.com/labstack/echo",
        "github.com/gofiber/fiber",
        "github.com/valyala/fasthttp.RequestCtx",
        "github.com/kataras/iris",
    ];
    let is_context = |ty: &String| {
        CONTEXTS.iter().any(|context| ty.trim_start_matches('*').starts_with(context))
            && ty.contains("Context")
            || ty.contains("fasthttp.RequestCtx")
            || ty.contains("fiber/v2.Ctx")
    };
    if shown.iter().any(is_context) {
        return Some(Retried::Handler);
    }
    const MESSAGES: [(&str, &str); 9] = [
        ("kafka", "Message"),
        ("github.com/IBM/sarama", "ConsumerMessage"),
        ("github.com/Shopify/sarama", "ConsumerMessage"),
        ("amqp", "Delivery"),
        ("nats", "Msg"),
        ("sqs", "Message"),
        ("pubsub", "Message"),
        ("lambda-go/events", "Event"),
        ("nsq", "Message"),
    ];
    let is_message = |ty: &String| {
        let ty = ty.trim_start_matches(['*', '[', ']']);
        MESSAGES.iter().any(|(path, name)| {
            ty.rsplit_once('.').is_some_and(|(of, ty)| of.contains(path) && ty.contains(name))
        })
    };
    if shown.iter().any(is_message) {
        return Some(Retried::Consumer);
    }
    is_grpc(context, sig, &types).then_some(Retried::Handler)
}

/// `func(ctx context.Context, in *pb.Request) (*pb.Reply, error)`, with messages of protocol buffers.
fn is_grpc(context: &Context<'_>, sig: SigId, types: &[TypeId]) -> bool {
    let tree = &context.info.tree;
    let &[first, request] = types else { return false };
    let results = params(context, tree.sig(sig).results);
    let &[reply, error] = &*results else { return false };
    let is_message = |ty| {
        let name = context.program.types.names.intern("ProtoReflect");
        matches!(context.program.types.lookup(ty, name, context.package.id), go_types::Lookup::Method { .. })
    };
    context.display(first) == "context.Context"
        && error == context.program.types.error()
        && is_message(request)
        && is_message(reply)
}

/// The types of parameters.
fn params(context: &Context<'_>, list: FieldList) -> Vec<TypeId> {
    let tree = &context.info.tree;
    let mut types = Vec::new();
    for field in tree.fields(list) {
        let ty = context.info.type_of(field.ty);
        types.extend(std::iter::repeat_n(ty, field.names.len().max(1)));
    }
    types
}
