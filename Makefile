# What people and CI type. Each line is one command that also works by itself.
# `make` shows the list.

CARGO ?= cargo

.PHONY: help test bench bench-putall bench-observe field sites-vs-compiler test-sites clean

help:
	@echo 'make demo   find the race in demo/shop, and check that nothing else is found'
	@echo 'make test   everything that CI checks'
	@echo 'make lint   format and lints only'
	@echo 'make bench  benchmarks; let the machine be idle'
	@echo 'make bench-putall  the map beside other maps, in Rust and Go; let the machine be idle'
	@echo 'make bench-observe  what it costs that the map can be observed; a minute'
	@echo 'make field  the long runs: all anchors, kernels 20 times, the standard library, real modules'
	@echo 'make sites-vs-compiler  every map write, beside what the compiler emits'
	@echo 'make clean  remove what was built'

demo: go
	$(CARGO) xtask demo

# The stages of `make test`. CI runs them one by one, to time each.
STAGES = lint go test-rust test-features test-model test-syntax test-packages test-types test-sites demo test-anchors test-kernels test-stdlib
.PHONY: stages $(STAGES)

test: $(STAGES)

stages:
	@echo $(STAGES)

test-rust: go
	$(CARGO) test --workspace

# What is behind putall's features. The examples are of all features, too.
FEATURES = --package putall --all-features
test-features:
	$(CARGO) test $(FEATURES) --test tracing --test quiet --test metrics --test serde
	$(CARGO) test $(FEATURES) --lib observe
	$(CARGO) test $(FEATURES) --doc

# Every interleaving of small cases, of the atomics of detector and map. A target folder of its own: the flag is everybody's.
test-model:
	RUSTFLAGS='--cfg loom' $(CARGO) test --release --package happens-before --package putall --test loom --target-dir target/loom

test-anchors: go
	$(CARGO) xtask anchors --short

# The parser beside go/parser: every file of the newest release, and damaged copies.
test-syntax: go
	$(CARGO) xtask syntax

# What go-packages and go list say of packages is the same.
test-packages: go
	$(CARGO) xtask packages --short

test-kernels: go
	$(CARGO) xtask kernels --short

test-types: go
	$(CARGO) xtask types --short

test-stdlib: go
	$(CARGO) xtask stdlib --quick

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings
	for features in tracing opentelemetry serde; do \
		$(CARGO) clippy --package putall --features $$features --quiet -- -D warnings || exit; \
	done
	$(CARGO) clippy --package putall --all-features --all-targets --quiet -- -D warnings

bench: go
	$(CARGO) xtask bench

bench-putall: go
	cd bench/putall && $(CARGO) run --release

# Built twice, with the features and without.
bench-observe:
	cd bench/putall/observe && \
	$(CARGO) build --quiet --release --no-default-features --target-dir target/plain && \
	$(CARGO) run --quiet --release -- target/plain/release/putall-observe-bench

field: go
	$(CARGO) xtask anchors
	$(CARGO) xtask kernels
	$(CARGO) xtask stdlib --write
	$(CARGO) run --quiet --release --package xtask -- types
	$(CARGO) xtask field --write
	$(CARGO) xtask field --check --write

# All of two releases and of four modules: compiles them, once.
sites-vs-compiler: go
	$(CARGO) xtask sites

test-sites: go
	$(CARGO) xtask sites --short

# The Go releases that tests use, in the user's cache. Does nothing if they are there.
go:
	$(CARGO) xtask go

clean:
	$(CARGO) clean
