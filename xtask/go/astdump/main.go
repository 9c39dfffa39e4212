// Command astdump prints, for every Go file below some folders, a hash of what go/parser makes of it. The example of
// the same name in crates/go-syntax does so with mapguard's parser; cargo xtask syntax compares the two.
//
//	astdump root...          one line for each file: path, hash of the tree, targets, errors
//	astdump -text file...    the text that is hashed
//
// The text has one line for each node: its kind, where it starts and ends, and what go/ast keeps of it besides. Positions
// are byte offsets from 1; 0 is none. Children are indented by nothing: the order says whose they are.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/token"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "-text" {
		for _, name := range args[1:] {
			src, err := os.ReadFile(name)
			check(err)
			text, errs := dump(src)
			os.Stdout.Write(text)
			fmt.Print(errs)
		}
		return
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, root := range args {
		lines := dumpAll(root, files(root))
		for _, line := range lines {
			out.WriteString(line)
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "astdump:", err)
		os.Exit(1)
	}
}

// files returns the Go files below root, relative to it.
func files(root string) []string {
	var names []string
	check(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && strings.HasSuffix(path, ".go") {
			name, _ := filepath.Rel(root, path)
			names = append(names, name)
		}
		return err
	}))
	return names
}

// dumpAll returns the line of each file.
func dumpAll(root string, names []string) []string {
	lines := make([]string, len(names))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range next {
				src, err := os.ReadFile(filepath.Join(root, names[i]))
				check(err)
				text, errs := dump(src)
				hash := fnv.New64a()
				hash.Write(text)
				errs = strings.ReplaceAll(errs, "\n", "\\n")
				targets := ""
				if errs == "" {
					targets = builds(names[i], src)
				}
				lines[i] = fmt.Sprintf("%s\t%016x\t%s\t%s\n", names[i], hash.Sum64(), targets, errs)
			}
		}()
	}
	for i := range names {
		next <- i
	}
	close(next)
	workers.Wait()
	return lines
}

// builds says for each of some targets whether the file belongs to it; e if its constraint has an error.
func builds(name string, src []byte) string {
	var out strings.Builder
	for _, target := range [][2]string{{"linux", "amd64"}, {"windows", "arm64"}, {"android", "arm"}, {"js", "wasm"}} {
		ctx := build.Context{GOOS: target[0], GOARCH: target[1], Compiler: "gc", CgoEnabled: true}
		for minor := 1; minor <= 27; minor++ {
			ctx.ReleaseTags = append(ctx.ReleaseTags, fmt.Sprintf("go1.%d", minor))
		}
		ctx.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(src)), nil }
		match, err := ctx.MatchFile(".", filepath.Base(name))
		switch {
		case err != nil:
			out.WriteByte('e')
		case match:
			out.WriteByte('y')
		default:
			out.WriteByte('n')
		}
	}
	return out.String()
}

// dump returns the text of a file's tree, and its errors: one for each line of the file.
func dump(src []byte) ([]byte, string) {
	fset := token.NewFileSet()
	const mode = parser.ParseComments | parser.SkipObjectResolution | parser.AllErrors
	file, err := parser.ParseFile(fset, "", src, mode)
	errs := ""
	if err != nil {
		errs = describe(src, err)
	}
	d := &dumper{broken: err != nil}
	if file.Package.IsValid() {
		d.file(file)
	}
	return d.out, errs
}

func describe(src []byte, err error) string {
	list, ok := err.(scanner.ErrorList)
	if !ok {
		return err.Error()
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		return a.Pos.Offset < b.Pos.Offset || a.Pos.Offset == b.Pos.Offset && a.Msg < b.Msg
	})
	var out strings.Builder
	last := -1
	for i, err := range list {
		// Lines of the file itself, whatever //line says.
		line := bytes.Count(src[:err.Pos.Offset], []byte("\n"))
		if line != last && i < 1000 {
			fmt.Fprintf(&out, "%d: %s\n", err.Pos.Offset, err.Msg)
		}
		last = line
	}
	return out.String()
}

type dumper struct {
	broken bool // the file has errors
	out    []byte
}

// sound is the comment before or after a field, or after a spec. A broken one may start or end elsewhere than its
// comments' lines have it, so they are left out there.
func (d *dumper) sound(comment *ast.CommentGroup) *ast.CommentGroup {
	if d.broken {
		return nil
	}
	return comment
}

// line adds a line of integers and positions, strings, and flags.
func (d *dumper) line(kind string, parts ...any) {
	d.out = append(d.out, kind...)
	for _, part := range parts {
		d.out = append(d.out, ' ')
		switch part := part.(type) {
		case token.Pos:
			d.out = strconv.AppendInt(d.out, int64(part), 10)
		case int:
			d.out = strconv.AppendInt(d.out, int64(part), 10)
		case bool:
			d.out = strconv.AppendBool(d.out, part)
		case string:
			d.out = append(d.out, part...)
		case *ast.CommentGroup:
			pos := token.NoPos
			if part != nil {
				pos = part.Pos()
			}
			d.out = strconv.AppendInt(d.out, int64(pos), 10)
		default:
			panic(fmt.Sprintf("%T", part))
		}
	}
	d.out = append(d.out, '\n')
}

func (d *dumper) file(f *ast.File) {
	d.line("File", f.Package, f.Doc, f.GoVersion, ast.IsGenerated(f))
	d.ident(f.Name)
	for _, decl := range f.Decls {
		d.decl(decl)
	}
	for _, spec := range f.Imports {
		d.line("import", spec.Pos())
	}
	for _, group := range f.Comments {
		d.line("group", len(group.List))
		for _, comment := range group.List {
			d.line("comment", comment.Pos(), comment.Text)
		}
	}
}

func (d *dumper) ident(id *ast.Ident) {
	if id == nil {
		d.line("-")
		return
	}
	d.line("ident", id.NamePos, id.Name)
}

func (d *dumper) idents(list []*ast.Ident) {
	d.line("names", len(list))
	for _, id := range list {
		d.ident(id)
	}
}

func (d *dumper) fields(list *ast.FieldList) {
	if list == nil {
		d.line("-")
		return
	}
	d.line("fields", list.Opening, list.Closing, len(list.List))
	for _, f := range list.List {
		d.line("field", f.Pos(), f.End(), d.sound(f.Doc), d.sound(f.Comment))
		d.idents(f.Names)
		d.expr(f.Type)
		if f.Tag == nil {
			d.line("-")
		} else {
			d.expr(f.Tag)
		}
	}
}

func (d *dumper) exprs(list []ast.Expr) {
	d.line("exprs", len(list))
	for _, x := range list {
		d.expr(x)
	}
}

func (d *dumper) stmts(list []ast.Stmt) {
	d.line("stmts", len(list))
	for _, s := range list {
		d.stmt(s)
	}
}

func (d *dumper) funcType(t *ast.FuncType) {
	d.line("sig", t.Func, t.End())
	d.fields(t.TypeParams)
	d.fields(t.Params)
	d.fields(t.Results)
}

func (d *dumper) decl(decl ast.Decl) {
	switch n := decl.(type) {
	case *ast.BadDecl:
		d.line("BadDecl", n.From, n.To)
	case *ast.GenDecl:
		d.line("GenDecl", n.Pos(), n.End(), n.Tok.String(), n.Lparen, n.Rparen, n.Doc, len(n.Specs))
		for _, spec := range n.Specs {
			d.spec(spec)
		}
	case *ast.FuncDecl:
		d.line("FuncDecl", n.Pos(), n.End(), n.Doc)
		d.fields(n.Recv)
		d.ident(n.Name)
		d.funcType(n.Type)
		if n.Body == nil {
			d.line("-")
		} else {
			d.stmt(n.Body)
		}
	}
}

func (d *dumper) spec(spec ast.Spec) {
	switch n := spec.(type) {
	case *ast.ImportSpec:
		d.line("ImportSpec", n.Pos(), n.End(), n.Doc, d.sound(n.Comment))
		d.ident(n.Name)
		d.expr(n.Path)
	case *ast.ValueSpec:
		d.line("ValueSpec", n.Pos(), n.End(), n.Doc, d.sound(n.Comment))
		d.idents(n.Names)
		d.expr(n.Type)
		d.exprs(n.Values)
	case *ast.TypeSpec:
		d.line("TypeSpec", n.Pos(), n.End(), n.Doc, d.sound(n.Comment), n.Assign)
		d.ident(n.Name)
		d.fields(n.TypeParams)
		d.expr(n.Type)
	}
}

func (d *dumper) expr(x ast.Expr) {
	if x == nil {
		d.line("-")
		return
	}
	pos, end := x.Pos(), x.End()
	switch n := x.(type) {
	case *ast.BadExpr:
		d.line("BadExpr", pos, end)
	case *ast.Ident:
		d.line("Ident", pos, end, n.Name)
	case *ast.Ellipsis:
		d.line("Ellipsis", pos, end)
		d.expr(n.Elt)
	case *ast.BasicLit:
		d.line("BasicLit", pos, end, n.Kind.String(), n.Value)
	case *ast.FuncLit:
		d.line("FuncLit", pos, end)
		d.funcType(n.Type)
		d.stmt(n.Body)
	case *ast.CompositeLit:
		d.line("CompositeLit", pos, end, n.Lbrace, n.Rbrace)
		d.expr(n.Type)
		d.exprs(n.Elts)
	case *ast.ParenExpr:
		d.line("ParenExpr", pos, end, n.Lparen, n.Rparen)
		d.expr(n.X)
	case *ast.SelectorExpr:
		d.line("SelectorExpr", pos, end)
		d.expr(n.X)
		d.ident(n.Sel)
	case *ast.IndexExpr:
		d.line("IndexExpr", pos, end, n.Lbrack, n.Rbrack)
		d.expr(n.X)
		d.expr(n.Index)
	case *ast.IndexListExpr:
		d.line("IndexListExpr", pos, end, n.Lbrack, n.Rbrack)
		d.expr(n.X)
		d.exprs(n.Indices)
	case *ast.SliceExpr:
		d.line("SliceExpr", pos, end, n.Lbrack, n.Rbrack, n.Slice3)
		d.expr(n.X)
		d.expr(n.Low)
		d.expr(n.High)
		d.expr(n.Max)
	case *ast.TypeAssertExpr:
		d.line("TypeAssertExpr", pos, end, n.Lparen, n.Rparen)
		d.expr(n.X)
		d.expr(n.Type)
	case *ast.CallExpr:
		d.line("CallExpr", pos, end, n.Lparen, n.Rparen, n.Ellipsis)
		d.expr(n.Fun)
		d.exprs(n.Args)
	case *ast.StarExpr:
		d.line("StarExpr", pos, end, n.Star)
		d.expr(n.X)
	case *ast.UnaryExpr:
		d.line("UnaryExpr", pos, end, n.OpPos, n.Op.String())
		d.expr(n.X)
	case *ast.BinaryExpr:
		d.line("BinaryExpr", pos, end, n.OpPos, n.Op.String())
		d.expr(n.X)
		d.expr(n.Y)
	case *ast.KeyValueExpr:
		d.line("KeyValueExpr", pos, end, n.Colon)
		d.expr(n.Key)
		d.expr(n.Value)
	case *ast.ArrayType:
		d.line("ArrayType", pos, end, n.Lbrack)
		d.expr(n.Len)
		d.expr(n.Elt)
	case *ast.StructType:
		d.line("StructType", pos, end, n.Struct)
		d.fields(n.Fields)
	case *ast.FuncType:
		d.line("FuncType", pos, end)
		d.funcType(n)
	case *ast.InterfaceType:
		d.line("InterfaceType", pos, end, n.Interface)
		d.fields(n.Methods)
	case *ast.MapType:
		d.line("MapType", pos, end, n.Map)
		d.expr(n.Key)
		d.expr(n.Value)
	case *ast.ChanType:
		d.line("ChanType", pos, end, n.Begin, n.Arrow, int(n.Dir))
		d.expr(n.Value)
	}
}

func (d *dumper) stmt(s ast.Stmt) {
	if s == nil {
		d.line("-")
		return
	}
	pos, end := s.Pos(), s.End()
	switch n := s.(type) {
	case *ast.BadStmt:
		d.line("BadStmt", pos, end)
	case *ast.DeclStmt:
		d.line("DeclStmt", pos, end)
		d.decl(n.Decl)
	case *ast.EmptyStmt:
		d.line("EmptyStmt", pos, end, n.Implicit)
	case *ast.LabeledStmt:
		d.line("LabeledStmt", pos, end, n.Colon)
		d.ident(n.Label)
		d.stmt(n.Stmt)
	case *ast.ExprStmt:
		d.line("ExprStmt", pos, end)
		d.expr(n.X)
	case *ast.SendStmt:
		d.line("SendStmt", pos, end, n.Arrow)
		d.expr(n.Chan)
		d.expr(n.Value)
	case *ast.IncDecStmt:
		d.line("IncDecStmt", pos, end, n.TokPos, n.Tok.String())
		d.expr(n.X)
	case *ast.AssignStmt:
		d.line("AssignStmt", pos, end, n.TokPos, n.Tok.String())
		d.exprs(n.Lhs)
		d.exprs(n.Rhs)
	case *ast.GoStmt:
		d.line("GoStmt", pos, end, n.Go)
		d.expr(n.Call)
	case *ast.DeferStmt:
		d.line("DeferStmt", pos, end, n.Defer)
		d.expr(n.Call)
	case *ast.ReturnStmt:
		d.line("ReturnStmt", pos, end, n.Return)
		d.exprs(n.Results)
	case *ast.BranchStmt:
		d.line("BranchStmt", pos, end, n.TokPos, n.Tok.String())
		d.ident(n.Label)
	case *ast.BlockStmt:
		d.line("BlockStmt", pos, end, n.Lbrace, n.Rbrace)
		d.stmts(n.List)
	case *ast.IfStmt:
		d.line("IfStmt", pos, end, n.If)
		d.stmt(n.Init)
		d.expr(n.Cond)
		d.stmt(n.Body)
		d.stmt(n.Else)
	case *ast.CaseClause:
		d.line("CaseClause", pos, end, n.Colon, n.List == nil)
		d.exprs(n.List)
		d.stmts(n.Body)
	case *ast.SwitchStmt:
		d.line("SwitchStmt", pos, end, n.Switch)
		d.stmt(n.Init)
		d.expr(n.Tag)
		d.stmt(n.Body)
	case *ast.TypeSwitchStmt:
		d.line("TypeSwitchStmt", pos, end, n.Switch)
		d.stmt(n.Init)
		d.stmt(n.Assign)
		d.stmt(n.Body)
	case *ast.CommClause:
		d.line("CommClause", pos, end, n.Colon)
		d.stmt(n.Comm)
		d.stmts(n.Body)
	case *ast.SelectStmt:
		d.line("SelectStmt", pos, end, n.Select)
		d.stmt(n.Body)
	case *ast.ForStmt:
		d.line("ForStmt", pos, end, n.For)
		d.stmt(n.Init)
		d.expr(n.Cond)
		d.stmt(n.Post)
		d.stmt(n.Body)
	case *ast.RangeStmt:
		d.line("RangeStmt", pos, end, n.For, n.TokPos, n.Tok == token.DEFINE, n.Range)
		d.expr(n.Key)
		d.expr(n.Value)
		d.expr(n.X)
		d.stmt(n.Body)
	}
}
