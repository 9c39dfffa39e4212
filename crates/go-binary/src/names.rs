//! What the names of functions say: packages, type arguments.

use std::borrow::Cow;

/// The import path of a function's package, as the linker writes it (`gopkg.in/yaml%2ev3`). The compiler's own functions, such as
/// `type:.eq.main.T`, have none: then it is empty.
pub fn package(function: &str) -> &str {
    // A receiver or type arguments may hold paths of their own.
    let plain = function.find(['(', '[']).and_then(|end| function.get(..end)).unwrap_or(function);
    if plain.starts_with("type:") || plain.starts_with("go:") {
        return "";
    }
    let last = plain.rfind('/').map_or(0, |slash| slash + 1);
    let dot = plain.get(last..).and_then(|name| name.find('.'));
    dot.and_then(|dot| plain.get(..last + dot)).unwrap_or_default()
}

/// A function's name as Go's own stacks have it: all that a generic one is instantiated with is `[...]`.
pub fn shortened(symbol: &str) -> Cow<'_, str> {
    let parts = symbol.find('[').zip(symbol.rfind(']')).filter(|(from, to)| from < to);
    match parts.and_then(|(from, to)| symbol.get(..from).zip(symbol.get(to + 1..))) {
        Some((before, after)) => Cow::Owned(format!("{before}[...]{after}")),
        None => Cow::Borrowed(symbol),
    }
}

/// Whether a package comes with Go: its path has no dot in the first element, and it is neither the main
/// package, nor one of Go's own commands, nor of a module in `modules` (which may be named without a dot).
pub fn is_standard<'m>(package: &str, mut modules: impl Iterator<Item = &'m str>) -> bool {
    let first = package.split('/').next().unwrap_or_default();
    if first == "main" || first == "cmd" || first.contains('.') || first.contains("%2e") {
        return false;
    }
    let within = |module: &str| {
        let rest = package.strip_prefix(module);
        !module.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !modules.any(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_functions() {
        for (function, path) in [
            ("main.main", "main"),
            ("net/http.(*Server).Serve.func1", "net/http"),
            ("github.com/acme/shop.Put[...]", "github.com/acme/shop"),
            ("github.com/acme/shop.(*Cache[...]).Put", "github.com/acme/shop"),
            ("gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml%2ev3"),
            ("main.F[go.shape.struct { a/b.X int }]", "main"),
            ("type:.eq.main.T", ""),
            ("go:buildid", ""),
            ("_cgo_topofstack", ""),
        ] {
            assert_eq!(package(function), path, "{function}");
        }
    }

    #[test]
    fn type_arguments_are_left_out() {
        assert_eq!(shortened("main.set[go.shape.struct { main.x [2]int },go.shape.int]"), "main.set[...]");
        assert_eq!(shortened("main.(*Cache[go.shape.string]).Put.func1"), "main.(*Cache[...]).Put.func1");
        assert_eq!(shortened("main.main"), "main.main");
        assert_eq!(shortened("]["), "][");
    }

    #[test]
    fn what_comes_with_go() {
        let modules = ["shop", "example.com/x"];
        let standard = |package| is_standard(package, modules.into_iter());
        for package in ["runtime", "net/http", "vendor/golang.org/x/net/idna", "shopping", ""] {
            assert!(standard(package), "{package}");
        }
        for package in ["main", "shop", "shop/cart", "example.com/x/y", "other.org/z", "cmd/vet", "a%2eb/c"] {
            assert!(!standard(package), "{package}");
        }
    }
}
