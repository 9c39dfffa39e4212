package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"hash/fnv"
	"path/filepath"
)

// exprs reports every expression of a package in the order of a walk, for each file. With text, a line `# file` and then
//
//	start-end mode type [= constant] [@ where the name is declared] [. kind of the selection, path]
//
// where start and end are byte offsets from 0. Without text it is one line for a file: its name, the number of expressions, and
// the hash (FNV-1a, 64 bits) of the lines that text has for it, the first left out.
//
// Modes are those of go/types: novalue, builtin, type, nil, const, mapindex, var, commaok, value; `-` where it records no type.
// Where a name is declared is file:offset, the file without its folder; packages in a name's or type's text are whole paths.
func exprs(p *pack, text bool) []byte {
	var out bytes.Buffer
	for _, file := range p.files {
		name := p.fset.PositionFor(file.Package, false).Filename
		if !p.reports(name) {
			continue
		}
		var lines bytes.Buffer
		count := 0
		ast.Inspect(file, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				count++
				p.expression(&lines, e)
			}
			return true
		})
		if text {
			fmt.Fprintf(&out, "# %s\n", name)
			out.Write(lines.Bytes())
			continue
		}
		hash := fnv.New64a()
		hash.Write(lines.Bytes())
		fmt.Fprintf(&out, "%s %d %016x\n", name, count, hash.Sum64())
	}
	return out.Bytes()
}

func (p *pack) expression(out *bytes.Buffer, e ast.Expr) {
	fmt.Fprintf(out, "%d-%d ", p.offset(e.Pos()), p.offset(e.End()))
	if tv, ok := p.info.Types[e]; ok {
		fmt.Fprintf(out, "%s %s", mode(tv), types.TypeString(tv.Type, (*types.Package).Path))
		if tv.Value != nil {
			out.WriteString(" = " + value(tv.Value))
		}
	} else if name, ok := e.(*ast.Ident); ok && p.object(name) != nil && p.object(name).Type() != nil {
		out.WriteString("- " + types.TypeString(p.object(name).Type(), (*types.Package).Path))
	} else {
		out.WriteString("-")
	}
	switch e := e.(type) {
	case *ast.Ident:
		if object := p.object(e); object != nil {
			out.WriteString(" @ " + p.place(object))
		}
		if instance, ok := p.info.Instances[e]; ok {
			out.WriteString(" [")
			for i := 0; i < instance.TypeArgs.Len(); i++ {
				if i > 0 {
					out.WriteByte(',')
				}
				out.WriteString(types.TypeString(instance.TypeArgs.At(i), (*types.Package).Path))
			}
			out.WriteByte(']')
		}
	case *ast.SelectorExpr:
		if s := p.info.Selections[e]; s != nil {
			kind := [...]string{types.FieldVal: "field", types.MethodVal: "method", types.MethodExpr: "expr"}[s.Kind()]
			fmt.Fprintf(out, " . %s %v", kind, s.Index())
			if s.Indirect() {
				out.WriteString(" indirect")
			}
		}
	}
	out.WriteByte('\n')
}

func (p *pack) object(name *ast.Ident) types.Object {
	if object := p.info.Defs[name]; object != nil {
		return object
	}
	return p.info.Uses[name]
}

// place is where an object is declared, or what it is where that is nowhere.
func (p *pack) place(object types.Object) string {
	if !object.Pos().IsValid() {
		if object.Pkg() != nil {
			return object.Pkg().Path()
		}
		return "universe"
	}
	position := p.fset.PositionFor(object.Pos(), false)
	return fmt.Sprintf("%s:%d", filepath.Base(position.Filename), position.Offset)
}

func (p *pack) offset(pos token.Pos) int {
	return p.fset.PositionFor(pos, false).Offset
}

func mode(tv types.TypeAndValue) string {
	switch {
	case tv.IsVoid():
		return "novalue"
	case tv.IsBuiltin():
		return "builtin"
	case tv.IsType():
		return "type"
	case tv.IsNil():
		return "nil"
	case tv.Value != nil:
		return "const"
	case tv.Addressable():
		return "var"
	case tv.Assignable():
		return "mapindex"
	case tv.HasOk():
		return "commaok"
	}
	return "value"
}

// value is a constant as text: exact, but for numbers with a fraction, of which only few digits stand.
func value(v constant.Value) string {
	switch v.Kind() {
	case constant.Float, constant.Complex:
		return v.String()
	}
	return v.ExactString()
}
