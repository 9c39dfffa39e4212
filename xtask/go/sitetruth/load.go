package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// options is what is to be loaded.
type options struct {
	dir      string
	tests    bool
	patterns []string
}

// pack is a package: what go list says of it, then what was made of that.
type pack struct {
	Dir        string
	ImportPath string
	Name       string
	ForTest    string
	GoFiles    []string
	CgoFiles   []string
	Imports    []string
	ImportMap  map[string]string
	DepOnly    bool
	Standard   bool
	Module     *struct{ GoVersion string }
	Error      *struct{ Err string }

	deps   map[string]*pack // by the path as imported
	fset   *token.FileSet
	files  []*ast.File
	types  *types.Package
	info   *types.Info // of targets only
	errs   []error
	report []byte
	done   chan struct{}
}

// isTarget says whether a pattern names it. A test's main package is go's own making.
func (p *pack) isTarget() bool {
	return !p.DepOnly && !strings.HasSuffix(p.ImportPath, ".test")
}

// path is the import path without the test that it was compiled for.
func (p *pack) path() string {
	path, _, _ := strings.Cut(p.ImportPath, " ")
	return path
}

// reports says whether the file is to be reported here: the package with its tests has all files of the package.
func (p *pack) reports(file string) bool {
	return p.ForTest == "" || p.ForTest != p.path() || strings.HasSuffix(file, "_test.go")
}

// maxErrors is how many errors of one package are shown.
const maxErrors = 5

// list asks go for the packages and all they need, dependencies first.
func list(o options) ([]*pack, error) {
	// With a profile, go lists a program's dependencies a second time.
	args := []string{"list", "-e", "-pgo=off", "-deps", "-json=Dir,ImportPath,Name,ForTest,GoFiles,CgoFiles,Imports,ImportMap,DepOnly,Standard,Module,Error"}
	if o.tests {
		args = append(args, "-test")
	}
	command := exec.Command("go", append(append(args, "--"), o.patterns...)...)
	command.Dir = o.dir
	command.Stderr = os.Stderr
	text, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var packs []*pack
	known := map[string]*pack{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		p := &pack{done: make(chan struct{}), deps: map[string]*pack{}}
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		// A test's main package needs a file that exists only while go builds.
		if strings.HasSuffix(p.ImportPath, ".test") {
			continue
		}
		packs = append(packs, p)
		known[p.ImportPath] = p
	}
	for _, p := range packs {
		for _, path := range p.Imports {
			p.deps[path] = known[path]
		}
		for as, path := range p.ImportMap {
			p.deps[as] = known[path]
		}
	}
	return packs, nil
}

// checkAll type-checks the packages, as many at once as there are processors, and hands on what is reported of each target, in
// the order of the list. It returns how many targets have errors.
func checkAll(packs []*pack, report func(*pack) []byte, emit func([]byte)) int {
	fset := token.NewFileSet()
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, p := range packs {
		p.fset = fset
		go func(p *pack) {
			defer close(p.done)
			// Whoever has a slot must not wait.
			for _, dep := range p.deps {
				if dep != nil {
					<-dep.done
				}
			}
			slots <- struct{}{}
			p.check()
			if p.isTarget() {
				p.report = report(p)
			}
			// The types are what others need.
			p.files, p.info = nil, nil
			<-slots
		}(p)
	}
	broken := 0
	for _, p := range packs {
		<-p.done
		emit(p.report)
		p.report = nil
		// What is behind `C.` cannot be known.
		if p.isTarget() && len(p.errs) > 0 && len(p.CgoFiles) == 0 {
			broken++
			for i, err := range p.errs {
				if i == maxErrors {
					fmt.Fprintf(os.Stderr, "%s: and %d more\n", p.ImportPath, len(p.errs)-i)
					break
				}
				fmt.Fprintf(os.Stderr, "%s: %v\n", p.ImportPath, err)
			}
		}
	}
	return broken
}

// check parses and type-checks one package. Bodies of functions are looked at in targets only.
func (p *pack) check() {
	if p.ImportPath == "unsafe" {
		p.types = types.Unsafe
		return
	}
	for _, name := range append(append([]string{}, p.GoFiles...), p.CgoFiles...) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		file, err := parser.ParseFile(p.fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			p.errs = append(p.errs, err)
		}
		if file != nil {
			p.files = append(p.files, file)
		}
	}
	if p.isTarget() {
		p.info = &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Instances:  map[*ast.Ident]types.Instance{},
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
		}
	}
	config := types.Config{
		Importer:         p,
		Sizes:            compilerSizes(),
		IgnoreFuncBodies: !p.isTarget(),
		FakeImportC:      true,
		Error:            func(err error) { p.errs = append(p.errs, err) },
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	p.types, _ = config.Check(p.path(), p.fset, p.files, p.info)
	rememberReceivers(p.types)
}

// Import returns a dependency, which has been checked before.
func (p *pack) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	dep := p.deps[path]
	if dep == nil {
		return nil, fmt.Errorf("go list does not know %q", path)
	}
	return dep.types, nil
}
