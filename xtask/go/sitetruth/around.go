package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// mapOf returns the map type that t is or, for a type parameter, one of those that it stands for.
func mapOf(t types.Type) *types.Map {
	if t == nil {
		return nil
	}
	switch t := t.Underlying().(type) {
	case *types.Map:
		return t
	case *types.Interface:
		for i := 0; i < t.NumEmbeddeds(); i++ {
			switch e := t.EmbeddedType(i).(type) {
			case *types.Union:
				for j := 0; j < e.Len(); j++ {
					if m := mapOf(e.Term(j).Type()); m != nil {
						return m
					}
				}
			default:
				if m := mapOf(e); m != nil {
					return m
				}
			}
		}
	}
	return nil
}

// unparen is ast.Unparen, which Go 1.21 does not have.
func unparen(e ast.Expr) ast.Expr {
	for {
		inner, ok := e.(*ast.ParenExpr)
		if !ok {
			return e
		}
		e = inner.X
	}
}

// deref returns what a pointer points to: in []*T{{…}} the inner literal has the pointer's type.
func deref(t types.Type) types.Type {
	if t != nil {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			return p.Elem()
		}
	}
	return t
}

// root names the variable or field that a map is found through.
func (f *finder) root(e ast.Expr) string {
	switch e := unparen(e).(type) {
	case *ast.Ident:
		v, ok := f.info.Uses[e].(*types.Var)
		switch {
		case !ok:
			return ""
		case v.Parent() == v.Pkg().Scope():
			return v.Pkg().Path() + "." + v.Name()
		}
		return v.Name()
	case *ast.SelectorExpr:
		if s := f.info.Selections[e]; s != nil {
			return types.TypeString(deref(s.Recv()), (*types.Package).Path) + "." + e.Sel.Name
		}
		return f.root(e.Sel) // of another package
	case *ast.IndexExpr:
		return f.root(e.X)
	case *ast.SliceExpr:
		return f.root(e.X)
	case *ast.StarExpr:
		return f.root(e.X)
	case *ast.TypeAssertExpr:
		return f.root(e.X)
	case *ast.CallExpr:
		return f.root(e.Fun) + "()"
	}
	return ""
}

// function names the function around the present node as stacks do, and says whether it is generic.
func (f *finder) function() (string, bool) {
	name, generic, depth := "init", false, 0
	for i, n := range f.stack {
		switch n := n.(type) {
		case *ast.FuncDecl:
			name = n.Name.Name
			generic = n.Type.TypeParams != nil
			if n.Recv != nil && len(n.Recv.List) > 0 {
				t := n.Recv.List[0].Type
				star, pointer := unparen(t).(*ast.StarExpr)
				if pointer {
					t = star.X
				}
				switch x := unparen(t).(type) {
				case *ast.IndexExpr:
					t, generic = x.X, true
				case *ast.IndexListExpr:
					t, generic = x.X, true
				}
				base := types.ExprString(t)
				if pointer {
					base = "(*" + base + ")"
				}
				name = base + "." + name
			}
		case *ast.FuncLit:
			if depth == 0 {
				name += ".func"
			} else {
				name += "."
			}
			name += fmt.Sprint(number(f.stack[:i], n))
			depth++
		}
	}
	return name, generic
}

// number counts the function literals of the function around, up to this one.
func number(outer []ast.Node, literal *ast.FuncLit) int {
	top := outer[0]
	for _, n := range outer {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			top = n
		}
	}
	count := 0
	ast.Inspect(top, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if n != top {
				if n.Pos() <= literal.Pos() {
					count++
				}
				return false
			}
		case *ast.FuncDecl:
			return n == top // a literal outside of functions is counted among its like
		}
		return true
	})
	return count
}

// around returns the lines of the innermost function's body and of the innermost statement.
func (f *finder) around() (body, statement [2]int) {
	lines := func(from, to token.Pos) [2]int { return [2]int{f.line(from), f.line(to - 1)} }
	for _, n := range f.stack {
		switch n := n.(type) {
		case *ast.FuncDecl:
			body = lines(n.Pos(), n.End())
		case *ast.FuncLit:
			body = lines(n.Pos(), n.End())
		case *ast.GenDecl:
			if body == [2]int{} {
				body = lines(n.Pos(), n.End())
			}
			statement = lines(n.Pos(), n.End())
		case *ast.BlockStmt:
		case ast.Stmt:
			statement = lines(n.Pos(), n.End())
		}
	}
	return body, statement
}

// clearLoop returns the loop `for k := range m { delete(m, k) }` that the call is all of, which the compiler makes one clear.
// It does so only where each key equals itself: where a key may be NaN the loop deletes nothing.
func (f *finder) clearLoop(call *ast.CallExpr) *ast.RangeStmt {
	if len(f.stack) < 4 || len(call.Args) != 2 {
		return nil
	}
	around := f.stack[len(f.stack)-4:]
	loop, ok := around[0].(*ast.RangeStmt)
	block, inBlock := around[1].(*ast.BlockStmt)
	if _, isStatement := around[2].(*ast.ExprStmt); !ok || !inBlock || !isStatement || loop.Body != block {
		return nil
	}
	key, isName := loop.Key.(*ast.Ident)
	used, isSame := unparen(call.Args[1]).(*ast.Ident)
	if len(block.List) != 1 || loop.Tok != token.DEFINE || loop.Value != nil || !isName || !isSame {
		return nil
	}
	if f.info.Uses[used] == nil || f.info.Uses[used] != f.info.Defs[key] || !f.same(loop.X, call.Args[0]) {
		return nil
	}
	if m := mapOf(f.info.TypeOf(loop.X)); m == nil || !reflexive(m.Key()) {
		return nil
	}
	return loop
}

// depends says whether it is each instance of a generic function for itself whose keys equal themselves.
func (f *finder) depends(loop *ast.RangeStmt) bool {
	return hasParameter(mapOf(f.info.TypeOf(loop.X)).Key())
}

// hasParameter says whether a value of the type holds one of a type parameter's.
func hasParameter(t types.Type) bool {
	if _, ok := t.(*types.TypeParam); ok {
		return true
	}
	switch t := t.Underlying().(type) {
	case *types.Array:
		return hasParameter(t.Elem())
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if hasParameter(t.Field(i).Type()) {
				return true
			}
		}
	}
	return false
}

// same says whether both are the same variable, or the same field of it.
func (f *finder) same(a, b ast.Expr) bool {
	switch a := unparen(a).(type) {
	case *ast.Ident:
		b, ok := unparen(b).(*ast.Ident)
		return ok && f.info.Uses[a] == f.info.Uses[b]
	case *ast.SelectorExpr:
		b, ok := unparen(b).(*ast.SelectorExpr)
		return ok && f.info.Uses[a.Sel] == f.info.Uses[b.Sel] && f.same(a.X, b.X)
	case *ast.StarExpr:
		b, ok := unparen(b).(*ast.StarExpr)
		return ok && f.same(a.X, b.X)
	case *ast.IndexExpr:
		b, ok := unparen(b).(*ast.IndexExpr)
		return ok && f.same(a.X, b.X) && f.same(a.Index, b.Index)
	case *ast.BasicLit:
		b, ok := unparen(b).(*ast.BasicLit)
		return ok && a.Value == b.Value
	}
	return false
}

// reflexive says whether every value of the type equals itself, or may do so where that depends on a type parameter.
func reflexive(t types.Type) bool {
	if _, ok := t.(*types.TypeParam); ok {
		return true
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&(types.IsFloat|types.IsComplex) == 0
	case *types.Array:
		return reflexive(t.Elem())
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if !reflexive(t.Field(i).Type()) {
				return false
			}
		}
		return true
	case *types.Interface:
		return false
	}
	return true
}
