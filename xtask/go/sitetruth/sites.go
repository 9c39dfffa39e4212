package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// site is one place where a map is written. The fields that mapguard.site/1 has too mean the same there.
type site struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Op       string `json:"op"`
	Function string `json:"function"`
	Package  string `json:"package"`
	Map      string `json:"map"`
	Type     string `json:"type"`
	Root     string `json:"root"`
	Test     bool   `json:"test"`
	Dead     bool   `json:"dead"`
	// Why the compiler drops it, where Dead.
	Why string `json:"why,omitempty"`
	// The line that the compiler's call has: of the `[`, of the call's `(`, or of the literal's `{`.
	Call int `json:"call_line"`
	// The kind of call: assign, delete, clear, or the name of a function.
	Calls string `json:"calls"`
	// The lines of a literal's calls; Call is that of its `{`.
	Lines []int `json:"call_lines,omitempty"`
	// For a delete in a generic function that some instances make a clear: the line of that.
	ClearLine int `json:"clear_line,omitempty"`
	// The first and last line of the function's body, to see whether it was compiled at all.
	Body [2]int `json:"body"`
	// The first and last line of the statement.
	Statement [2]int `json:"statement"`
	Generic   bool   `json:"generic"`
}

// finder looks for sites in one file.
type finder struct {
	*pack
	file  string
	dead  []region
	stack []ast.Node
	out   *json.Encoder
}

// sites reports every map write of a package.
func sites(p *pack) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	for _, file := range p.files {
		name := p.fset.PositionFor(file.Package, false).Filename
		if !p.reports(name) {
			continue
		}
		f := finder{pack: p, file: name, dead: deadRegions(p, file), out: encoder}
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil {
				f.stack = f.stack[:len(f.stack)-1]
				return true
			}
			f.stack = append(f.stack, n)
			f.visit(n)
			return true
		})
	}
	return text.Bytes()
}

func (f *finder) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		op := "assign"
		switch {
		case n.Tok == token.DEFINE:
			return // names only
		case n.Tok != token.ASSIGN:
			op = "op-assign"
		case len(n.Lhs) > 1:
			op = "tuple-assign"
		}
		for _, left := range n.Lhs {
			f.target(left, op)
		}
	case *ast.IncDecStmt:
		f.target(n.X, n.Tok.String())
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			f.target(n.Key, "range-assign")
			f.target(n.Value, "range-assign")
		}
	case *ast.CallExpr:
		f.call(n)
	case *ast.CompositeLit:
		if t := f.info.TypeOf(n); mapOf(deref(t)) != nil && len(n.Elts) > 0 {
			f.add(n, nil, deref(t), site{Op: "literal", Calls: "assign", Call: f.line(n.Lbrace), Lines: f.literalLines(n)})
		}
	}
}

// target adds what is assigned to, if it is an element of a map.
func (f *finder) target(e ast.Expr, op string) {
	if e == nil {
		return
	}
	if index, ok := unparen(e).(*ast.IndexExpr); ok {
		if t := f.info.TypeOf(index.X); mapOf(t) != nil {
			f.add(index, index.X, t, site{Op: op, Calls: "assign", Call: f.line(index.Lbrack)})
		}
	}
}

// call adds delete, clear, and functions of the library that write to a map.
func (f *finder) call(n *ast.CallExpr) {
	fun := unparen(n.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	var name *ast.Ident
	switch x := fun.(type) {
	case *ast.Ident:
		name = x
	case *ast.SelectorExpr:
		name = x.Sel
	default:
		return
	}
	line := f.line(n.Lparen)
	switch object := f.info.Uses[name].(type) {
	case *types.Builtin:
		if len(n.Args) == 0 {
			return
		}
		t := f.info.TypeOf(n.Args[0])
		switch {
		case object.Name() == "delete":
			s := site{Op: "delete", Calls: "delete", Call: line}
			if loop := f.clearLoop(n); loop != nil && f.depends(loop) {
				s.ClearLine = f.line(loop.For)
			} else if loop != nil {
				s.Calls, s.Call = "clear", f.line(loop.For)
			}
			f.add(n, n.Args[0], t, s)
		case object.Name() == "clear" && mapOf(t) != nil:
			f.add(n, n.Args[0], t, site{Op: "clear", Calls: "clear", Call: line})
		}
	case *types.Func:
		full := object.FullName()
		switch full {
		case "maps.Copy", "maps.DeleteFunc", "maps.Insert", "maps.Clone", "maps.Collect":
			if len(n.Args) > 0 {
				f.add(n, n.Args[0], f.info.TypeOf(n.Args[0]), site{Op: full, Calls: full, Call: line})
			}
		case "(reflect.Value).SetMapIndex", "(reflect.Value).Clear":
			if x, ok := fun.(*ast.SelectorExpr); ok {
				calls := "reflect.Value." + name.Name
				f.add(n, x.X, f.info.TypeOf(x.X), site{Op: "reflect." + name.Name, Calls: calls, Call: line})
			}
		}
	}
}

// add completes a site at the expression at, and writes it down.
func (f *finder) add(at, operand ast.Expr, t types.Type, s site) {
	start := f.fset.PositionFor(at.Pos(), false)
	s.File, s.Line, s.Column = f.file, start.Line, start.Column
	s.Package = f.path()
	s.Test = strings.HasSuffix(f.file, "_test.go")
	s.Type = typeText(t)
	if operand != nil {
		s.Map, s.Root = types.ExprString(operand), f.root(operand)
	}
	s.Function, s.Generic = f.function()
	s.Body, s.Statement = f.around()
	for _, dead := range f.dead {
		if dead.from <= at.Pos() && at.Pos() < dead.to {
			s.Dead, s.Why = true, dead.why
		}
	}
	check(f.out.Encode(s))
}

func (f *finder) line(pos token.Pos) int {
	return f.fset.PositionFor(pos, false).Line
}
