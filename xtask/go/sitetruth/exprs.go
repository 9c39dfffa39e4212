package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"hash/fnv"
	"math"
	"path/filepath"
	"strings"
)

// exprs reports what go/types knows of every expression of a package, file by file. A line is one of
//
//	# import path, file        what follows is of this file
//	= type                     a type of this package; they are counted from 0
//	start-end, node, mode, type, and what else is known
//
// with tabs in between. Start and end are byte offsets from 0, the node is that of go/ast, the type is a number or `-`. What else
// is known begins with a letter that says what it is:
//
//	v   the value of a constant: i and an integer, f and the bits of a float, s and length and hash of a string, b0 or b1,
//	    I an integer of more than 127 bits, c a complex number
//	@   the object: its kind, and where it is declared (file:offset, the file without its folder) or, of a field or a method of an
//	    interface, its name
//	o   the type of the object
//	.   the selection: its kind, index path, 1 if it is indirect, the receiver's type
//	n   the type arguments of an instance
//
// Modes are those of go/types: novalue, builtin, type, nil, const, mapindex, var, commaok, value; `-` where it records no type.
func exprs(p *pack) []byte {
	w := &exprWriter{pack: p, known: map[string]int{}, numbers: map[types.Type]int{}}
	for _, file := range p.files {
		name := p.fset.PositionFor(file.Package, false).Filename
		if !p.reports(name) {
			continue
		}
		fmt.Fprintf(&w.out, "#%s\t%s\n", p.ImportPath, name)
		signatures := map[*ast.FuncType]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				// It is no expression, and nothing is known of it.
				signatures[n.Type] = true
			case *ast.FuncLit:
				w.expression(n)
				// Its type is no expression by itself.
				signatures[n.Type] = true
			case ast.Expr:
				if f, ok := n.(*ast.FuncType); !ok || !signatures[f] {
					w.expression(n)
				}
			}
			return true
		})
	}
	return w.out.Bytes()
}

type exprWriter struct {
	*pack
	out     bytes.Buffer
	known   map[string]int
	numbers map[types.Type]int
}

// number is that of a type, which is written down if it is new.
func (w *exprWriter) number(t types.Type) string {
	if t == nil {
		return "-"
	}
	number, ok := w.numbers[t]
	if !ok {
		text := typeText(t)
		if number, ok = w.known[text]; !ok {
			number = len(w.known)
			w.known[text] = number
			fmt.Fprintf(&w.out, "=%s\n", text)
		}
		w.numbers[t] = number
	}
	return fmt.Sprint(number)
}

func (w *exprWriter) expression(e ast.Expr) {
	kind := strings.TrimPrefix(fmt.Sprintf("%T", e), "*ast.")
	line := fmt.Sprintf("%d-%d\t%s\t", w.offset(e.Pos()), w.offset(e.End()), kind)
	tv, ok := w.info.Types[e]
	if ok {
		line += mode(tv) + "\t" + w.number(tv.Type)
		if tv.Value != nil {
			line += "\tv" + value(tv.Value)
		}
	} else {
		line += "-\t-"
	}
	switch e := e.(type) {
	case *ast.Ident:
		if object := w.object(e); object != nil {
			line += "\t@" + w.place(object)
			if !ok && object.Type() != nil {
				line += "\to" + w.number(object.Type())
			}
		}
		if instance, ok := w.info.Instances[e]; ok {
			var args []string
			for i := 0; i < instance.TypeArgs.Len(); i++ {
				args = append(args, w.number(instance.TypeArgs.At(i)))
			}
			line += "\tn" + strings.Join(args, ",")
		}
	case *ast.SelectorExpr:
		if s := w.info.Selections[e]; s != nil {
			kind := [...]string{types.FieldVal: "field", types.MethodVal: "method", types.MethodExpr: "expr"}[s.Kind()]
			path := strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Index()), " ", ","), "[]")
			indirect := 0
			if s.Indirect() {
				indirect = 1
			}
			line += fmt.Sprintf("\t.%s %s %d %s", kind, path, indirect, w.number(s.Recv()))
		}
	}
	w.out.WriteString(line + "\n")
}

func (w *exprWriter) object(name *ast.Ident) types.Object {
	// The name of an embedded field is both.
	if object := w.info.Uses[name]; object != nil {
		return object
	}
	return w.info.Defs[name]
}

// place says what an object is, and where it is declared.
func (w *exprWriter) place(object types.Object) string {
	kind := ""
	switch o := object.(type) {
	case *types.PkgName:
		kind = "package"
	case *types.Const:
		kind = "const"
	case *types.TypeName:
		kind = "type"
	case *types.Var:
		if o.IsField() {
			return "field " + o.Name()
		}
		kind = "var"
	case *types.Func:
		if s, ok := o.Type().(*types.Signature); ok && s.Recv() != nil && types.IsInterface(s.Recv().Type()) {
			return "interface " + o.Name()
		}
		kind = "func"
	case *types.Label:
		kind = "label"
	case *types.Builtin:
		kind = "builtin"
	case *types.Nil:
		kind = "nil"
	}
	switch {
	case object.Pos().IsValid():
		position := w.fset.PositionFor(object.Pos(), false)
		return fmt.Sprintf("%s %s:%d", kind, filepath.Base(position.Filename), position.Offset)
	case object.Pkg() != nil:
		return kind + " " + object.Pkg().Path() + "." + object.Name()
	}
	return kind + " " + object.Name()
}

func (w *exprWriter) offset(pos token.Pos) int {
	return w.fset.PositionFor(pos, false).Offset
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

// value is a constant as text.
func value(v constant.Value) string {
	if v.Kind() == constant.Complex && constant.Sign(constant.Imag(v)) == 0 {
		v = constant.Real(v)
	}
	switch v.Kind() {
	case constant.Bool:
		if constant.BoolVal(v) {
			return "b1"
		}
		return "b0"
	case constant.Int:
		if constant.BitLen(v) > 127 {
			return "I"
		}
		return "i" + v.ExactString()
	case constant.Float:
		f, _ := constant.Float64Val(v)
		return fmt.Sprintf("f%016x", math.Float64bits(f))
	case constant.Complex:
		return "c"
	case constant.String:
		text := constant.StringVal(v)
		hash := fnv.New64a()
		hash.Write([]byte(text))
		return fmt.Sprintf("s%d:%016x", len(text), hash.Sum64())
	}
	return "?"
}
