//! Which modules, and which of their packages.

/// A module at one version.
pub(crate) struct Module {
    pub(crate) path: &'static str,
    pub(crate) version: &'static str,
    /// As go.sum has it.
    pub(crate) sum: &'static str,
    /// Packages whose tests start goroutines and end within minutes, as seen from the module's folder.
    pub(crate) packages: &'static [&'static str],
    /// Tests that are left out, as a pattern: they need a network, a server, or a machine for themselves.
    pub(crate) skip: &'static str,
}

/// All of them.
pub(crate) const MODULES: &[Module] = &[
    Module {
        path: "github.com/dgraph-io/badger/v4",
        version: "v4.9.6",
        sum: "h1:IQqMPVGLNCQr1b4Mu8lHkYm/xyqFRsyKaFEtyLi9CCQ=",
        packages: &["./skl", "./y"],
        skip: "",
    },
    Module {
        path: "github.com/hashicorp/golang-lru/v2",
        version: "v2.0.7",
        sum: "h1:a+bsQ5rvGLjzHuww6tVxozPZFVghXaHOwFs4luLUK2k=",
        packages: &[".", "./expirable"],
        skip: "",
    },
    Module {
        path: "github.com/hashicorp/memberlist",
        version: "v0.7.0",
        sum: "h1:JfqTDFUIAzDEYKMhSc3Gpwe05zvSU3/cYtiZ3yW59TM=",
        packages: &["."],
        // Fails by itself once in 56 runs.
        skip: "^TestShuffleNodes$",
    },
    Module {
        path: "github.com/patrickmn/go-cache",
        version: "v2.1.0+incompatible",
        sum: "h1:HRMgzkcYKYpi3C8ajMPV8OFXaaRUnok+kx1WdO15EQc=",
        packages: &["."],
        skip: "",
    },
    Module {
        path: "github.com/prometheus/client_golang",
        version: "v1.25.0",
        sum: "h1:cDtW1TcFsMi1RJc8khwCKB4VhzwV04aKqbYtNOXuiK0=",
        packages: &["./prometheus", "./prometheus/promhttp"],
        skip: "",
    },
    Module {
        path: "github.com/puzpuzpuz/xsync/v4",
        version: "v4.5.0",
        sum: "h1:vOSWu6b57/emh+L/Cw0BeQfvxa/cogFywXHeGUxQxAg=",
        packages: &["."],
        skip: "",
    },
    Module {
        path: "go.etcd.io/bbolt",
        version: "v1.5.0",
        sum: "h1:S7GAl7Fxv12yohbwFfIbQCGDWbQbtDGPET4P/bD4lxU=",
        packages: &["."],
        skip: "",
    },
    Module {
        path: "go.uber.org/zap",
        version: "v1.28.0",
        sum: "h1:IZzaP1Fv73/T/pBMLk4VutPl36uNC+OSUh3JLG3FIjo=",
        packages: &[".", "./zapcore"],
        skip: "",
    },
    Module {
        path: "golang.org/x/net",
        version: "v0.62.0",
        sum: "h1:18ELalfM5+XNRwzM2nYqXsZQ9ByS1uhj2O/U7+5jqRY=",
        packages: &["./http2"],
        // Runs `go test`, and takes as long as that has to compile.
        skip: "^TestLegacy$",
    },
    Module {
        path: "golang.org/x/sync",
        version: "v0.24.0",
        sum: "h1:iqiDrGoDgyuvAKrhLQthUEzU/R378N78gXbBjxed7oA=",
        packages: &["./errgroup", "./semaphore", "./singleflight"],
        skip: "",
    },
    Module {
        path: "google.golang.org/grpc",
        version: "v1.85.0",
        sum: "h1:BPBCfuVRQ1qvBhKDOq9uvQllMvO59rKsYhXpp7Dd8vw=",
        packages: &[".", "./internal/transport"],
        skip: "",
    },
    Module {
        path: "k8s.io/client-go",
        version: "v0.37.2",
        sum: "h1:sgFtyRZukGkOrsu+QgS7LYnbFFJ5ut3MchdBNduD//E=",
        packages: &["./tools/cache", "./util/workqueue"],
        skip: "",
    },
];
