//! Where values come from that are different each time.

use go_syntax::ExprId;
use go_syntax::ast::Expr;
use go_types::{MethodRef, ObjKind, ObjRef, Type, TypeId, Value};

use crate::context::Context;

/// What makes a value different each time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Source {
    /// The clock.
    Time,
    /// Random numbers.
    Random,
    /// A new UUID or the like.
    Uuid,
    /// Numbers of processes.
    Process,
    /// The machine's name.
    Host,
    /// The environment.
    Environment,
    /// Numbers of goroutines.
    Goroutine,
    /// Where something lies in memory, as text.
    Address,
    /// Where something lies in memory, as a number.
    Pointer,
    /// The order in which a map is gone through.
    MapOrder,
    /// A function that the settings name.
    Told,
}

impl Source {
    /// In words, after "depends on".
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Source::Time => "the time",
            Source::Random => "a random number",
            Source::Uuid => "a new id",
            Source::Process => "the process id",
            Source::Host => "the machine's name",
            Source::Environment => "the environment",
            Source::Goroutine => "the goroutine's id",
            Source::Address | Source::Pointer => "an address in memory",
            Source::MapOrder => "the order in which a map is gone through",
            Source::Told => "a function that is different each time",
        }
    }
}

/// Functions by package and name; methods by package, type and name, with a dot between.
const FUNCTIONS: &[(&str, &str, Source)] = &[
    ("time", "Now", Source::Time),
    ("time", "Since", Source::Time),
    ("time", "Until", Source::Time),
    ("os", "Getpid", Source::Process),
    ("os", "Getppid", Source::Process),
    ("os", "Hostname", Source::Host),
    ("os", "Getenv", Source::Environment),
    ("os", "LookupEnv", Source::Environment),
    ("os", "Environ", Source::Environment),
    ("os", "ExpandEnv", Source::Environment),
    ("syscall", "Getpid", Source::Process),
    ("syscall", "Getenv", Source::Environment),
    ("golang.org/x/exp/maps", "Keys", Source::MapOrder),
    ("golang.org/x/exp/maps", "Values", Source::MapOrder),
    ("maps", "Keys", Source::MapOrder),
    ("maps", "Values", Source::MapOrder),
];

/// Packages that give new ids, and the beginnings of the names of the functions that do.
const IDS: &[(&str, &[&str])] = &[
    ("github.com/google/uuid", &["New", "NewString", "NewRandom", "NewUUID", "NewV6", "NewV7", "Must"]),
    ("github.com/gofrs/uuid", &["NewV", "Must"]),
    ("github.com/satori/go.uuid", &["NewV", "Must"]),
    ("github.com/hashicorp/go-uuid", &["GenerateUUID"]),
    ("github.com/pborman/uuid", &["New", "NewRandom", "NewUUID"]),
    ("github.com/rs/xid", &["New"]),
    ("github.com/segmentio/ksuid", &["New"]),
    ("github.com/oklog/ulid", &["Make", "MustNew", "New"]),
    ("github.com/teris-io/shortid", &["Generate", "MustGenerate"]),
    ("github.com/matoous/go-nanoid", &["New", "Must", "Generate"]),
    ("github.com/lithammer/shortuuid", &["New"]),
];

/// The source that a called function is; `told` are those that the settings name.
pub(super) fn source(context: &Context<'_>, fun: ExprId, told: &[String]) -> Option<Source> {
    let fun = crate::sites::called(&context.info.tree, fun);
    let names = &context.program.types.names;
    if let Some(selection) = context.info.selection(fun) {
        let Some(MethodRef::Declared { of, func }) = selection.method else { return None };
        let named = context.program.types.named(of);
        let (path, of, name) =
            (context.path(named.pkg), names.text(named.name), names.text(context.object(func)?.name));
        let random = matches!(path, "math/rand" | "math/rand/v2") && matches!(of, "Rand" | "Zipf");
        return match (path, of, name) {
            _ if random && name != "Seed" && name != "Shuffle" => Some(Source::Random),
            ("reflect", "Value", "MapKeys") => Some(Source::MapOrder),
            _ => told.iter().any(|one| *one == format!("{path}.{of}.{name}")).then_some(Source::Told),
        };
    }
    let (obj, object) = context.used(fun)?;
    if !matches!(object.kind, ObjKind::Func) {
        return None;
    }
    by_name(context.path(obj.pkg), names.text(object.name), told)
}

fn by_name(path: &str, name: &str, told: &[String]) -> Option<Source> {
    if let Some((.., source)) = FUNCTIONS.iter().find(|(of, function, _)| *of == path && *function == name) {
        return Some(*source);
    }
    match path {
        "math/rand" | "math/rand/v2" => {
            let not = ["Seed", "Shuffle", "New", "NewSource", "NewPCG", "NewChaCha8", "NewZipf"];
            return (!not.contains(&name)).then_some(Source::Random);
        }
        "crypto/rand" => {
            return matches!(name, "Int" | "Prime" | "Text").then_some(Source::Random);
        }
        _ => {}
    }
    // github.com/oklog/ulid/v2 is the same as github.com/oklog/ulid.
    let whole = path.rsplit_once("/v").filter(|(_, version)| version.bytes().all(|b| b.is_ascii_digit()));
    let whole = whole.map_or(path, |(path, _)| path);
    let new = |(of, begins): &&(&str, &[&str])| *of == whole && begins.iter().any(|b| name.starts_with(b));
    if IDS.iter().any(|entry| new(&entry)) {
        return Some(Source::Uuid);
    }
    let lower = name.to_ascii_lowercase();
    if ["goid", "getgoid", "goroutineid", "getgoroutineid", "curgoroutineid"].contains(&lower.as_str())
        || lower == "get" && path.ends_with("goid")
    {
        return Some(Source::Goroutine);
    }
    told.iter()
        .any(|one| one.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')) == Some(name))
        .then_some(Source::Told)
}

/// How formatted printing prints where something lies in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Printed {
    /// By `%p`, so it is meant.
    Meant,
    /// As part of a value.
    Inside,
}

/// Whether formatted printing prints where something lies in memory.
pub(super) fn prints_address(context: &Context<'_>, args: &[ExprId], has_format: bool) -> Option<Printed> {
    let values = if has_format { args.get(1..).unwrap_or_default() } else { args };
    if has_format {
        let format = args.first().and_then(|format| context.info.values.get(format));
        let Some(Value::Str(format)) = format else { return None };
        if format.windows(2).any(|two| two == b"%p") {
            return Some(Printed::Meant);
        }
        // With other verbs than %v, a pointer inside is printed in other ways, and the verbs would have to be counted.
        let verbs = format.iter().filter(|&&byte| byte == b'%').count();
        let plain = [&b"%v"[..], b"%+v"].iter().map(|verb| count(format, verb)).sum::<usize>();
        if verbs != plain {
            return None;
        }
    }
    let inside = values.iter().any(|&value| has_address(context, context.info.type_of(value), 0));
    inside.then_some(Printed::Inside)
}

fn count(text: &[u8], part: &[u8]) -> usize {
    text.windows(part.len()).filter(|&window| window == part).count()
}

/// Whether `%v` prints an address somewhere in a value. A pointer to a struct is followed at the top, not inside.
fn has_address(context: &Context<'_>, ty: TypeId, depth: u32) -> bool {
    const DEEPEST: u32 = 4;
    let types = &context.program.types;
    let says_itself = ["String", "Error", "Format"].iter().any(|name| {
        let name = types.names.intern(name);
        matches!(types.lookup(ty, name, context.package.id), go_types::Lookup::Method { .. })
    });
    if depth > DEEPEST || says_itself {
        return false;
    }
    match types.get(types.underlying(ty)) {
        Type::Pointer(to) if depth == 0 => {
            let inner = types.get(types.underlying(*to));
            matches!(inner, Type::Struct(_)) && has_address(context, *to, depth + 1)
        }
        Type::Pointer(_) => true,
        Type::Slice(elem) | Type::Array { elem, .. } => has_address(context, *elem, depth + 1),
        Type::Map { key, value } => {
            has_address(context, *key, depth + 1) || has_address(context, *value, depth + 1)
        }
        Type::Struct(fields) => fields.iter().any(|field| has_address(context, field.ty, depth + 1)),
        _ => false,
    }
}

/// Packages of the standard library whose functions give what they are given in another form.
pub(super) fn passes_on(context: &Context<'_>, func: ObjRef) -> bool {
    let path = context.path(func.pkg);
    let name = context.object(func).map_or("", |object| context.program.types.names.text(object.name));
    let forms = [
        "strconv",
        "strings",
        "bytes",
        "path",
        "path/filepath",
        "encoding/hex",
        "encoding/base64",
        "encoding/base32",
        "crypto/sha256",
        "crypto/sha1",
        "crypto/sha512",
        "crypto/md5",
        "net/url",
        "slices",
        "html",
        "hash/crc32",
        "hash/fnv",
        "hash/maphash",
        "github.com/google/uuid",
    ];
    let asks = ["Contains", "Has", "Index", "Equal", "Compare", "Count", "New", "Is", "Max", "Min"];
    match path {
        "fmt" => name.starts_with("Sprint") || name.starts_with("Append"),
        "encoding/json" => name.starts_with("Marshal"),
        "time" => true,
        _ => forms.contains(&path) && !asks.iter().any(|ask| name.starts_with(ask)),
    }
}

/// Whether a method of `time.Time` gives a window of time, which many calls share.
pub(super) fn is_window(context: &Context<'_>, fun: ExprId, args: &[ExprId]) -> bool {
    let tree = &context.info.tree;
    let Expr::Selector { sel, .. } = tree.expr(tree.unparen(fun)) else { return false };
    match tree.name(sel.sym) {
        "Year" | "Month" | "Day" | "Hour" | "Minute" | "Second" | "Weekday" | "YearDay" | "ISOWeek"
        | "Date" | "Truncate" | "Round" | "Unix" | "Zone" | "Location" => true,
        "Format" => match args.first().and_then(|layout| context.info.values.get(layout)) {
            Some(Value::Str(layout)) => !layout.windows(3).any(|three| three == b".00" || three == b".99"),
            _ => false,
        },
        _ => false,
    }
}
