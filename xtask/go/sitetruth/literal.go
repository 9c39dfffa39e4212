package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
)

// manyEntries is how many constant entries the compiler sets one by one. More come from two arrays, in a loop.
const manyEntries = 25

// literalLines returns the lines of the calls that fill a map literal.
//
// An entry whose key and value are both constant has a call at the line of its value. If there are many, one call in a loop sets
// all of them; its line is that of the last field of a struct among the values, or else among the keys, or else of the literal's
// `{`. Any other entry has its call at the line of the `{`.
func (f *finder) literalLines(n *ast.CompositeLit) []int {
	brace := f.line(n.Lbrace)
	m := mapOf(deref(f.info.TypeOf(n)))
	constant := map[int]bool{}
	var keys, values []ast.Expr
	lines := map[int]bool{}
	for _, e := range n.Elts {
		entry, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if f.isStatic(entry.Key, m.Key()) && f.isStatic(entry.Value, m.Elem()) {
			constant[f.line(tokenPos(entry.Value))] = true
			keys, values = append(keys, entry.Key), append(values, entry.Value)
		} else {
			lines[brace] = true
		}
	}
	if len(values) > manyEntries {
		loop := n.Lbrace
		for _, e := range append(keys, values...) {
			f.lastField(e, &loop)
		}
		constant = map[int]bool{f.line(loop): true}
	}
	for line := range constant {
		lines[line] = true
	}
	var sorted []int
	for line := range lines {
		sorted = append(sorted, line)
	}
	sort.Ints(sorted)
	return sorted
}

// lastField sets pos to where the last field of a struct is set in a constant expression, if there is one.
func (f *finder) lastField(e ast.Expr, pos *token.Pos) {
	literal, ok := unparen(e).(*ast.CompositeLit)
	if !ok {
		return
	}
	_, isStruct := f.info.TypeOf(literal).Underlying().(*types.Struct)
	for _, element := range literal.Elts {
		at := tokenPos(element)
		if entry, ok := element.(*ast.KeyValueExpr); ok {
			at, element = tokenPos(entry.Key), entry.Value
		}
		if isStruct {
			*pos = at
		}
		f.lastField(element, pos)
	}
}

// isStatic says whether the compiler can lay an expression down in read-only data, as a value of the type wanted. What it converts
// to an interface has been given a name by then.
func (f *finder) isStatic(e ast.Expr, wanted types.Type) bool {
	e = unparen(e)
	tv := f.info.Types[e]
	switch {
	case tv.IsNil():
		return true
	case isParameter(wanted) || isParameter(tv.Type):
		return f.wasConstant(e)
	case types.IsInterface(wanted):
		return false
	case tv.Value != nil:
		return true
	}
	literal, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	array, isArray := tv.Type.Underlying().(*types.Array)
	fields, isStruct := tv.Type.Underlying().(*types.Struct)
	if !isArray && !isStruct {
		return false
	}
	for i, element := range literal.Elts {
		var part types.Type
		entry, isKeyed := element.(*ast.KeyValueExpr)
		switch {
		case isArray:
			part = array.Elem()
		case isKeyed:
			part = f.info.Uses[entry.Key.(*ast.Ident)].Type()
		default:
			part = fields.Field(i).Type()
		}
		if isKeyed {
			element = entry.Value
		}
		if !f.isStatic(element, part) {
			return false
		}
	}
	return true
}

func isParameter(t types.Type) bool {
	_, ok := t.(*types.TypeParam)
	return ok
}

// wasConstant says whether an expression of a type parameter's type is made from constants without a type. go/types calls it no
// constant; in an instance it is one.
func (f *finder) wasConstant(e ast.Expr) bool {
	switch e := unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		_, ok := f.info.Uses[e].(*types.Const)
		return ok
	case *ast.SelectorExpr:
		return f.wasConstant(e.Sel)
	case *ast.UnaryExpr:
		return e.Op != token.AND && e.Op != token.ARROW && f.wasConstant(e.X)
	case *ast.BinaryExpr:
		return f.wasConstant(e.X) && f.wasConstant(e.Y)
	}
	return false // a conversion is not
}

// tokenPos is where the compiler's parser sees an expression: at the token that makes it what it is.
func tokenPos(e ast.Expr) token.Pos {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return tokenPos(e.X)
	case *ast.SelectorExpr:
		return e.X.End() // the dot
	case *ast.BinaryExpr:
		return e.OpPos
	case *ast.CallExpr:
		return e.Lparen
	case *ast.IndexExpr:
		return e.Lbrack
	case *ast.CompositeLit:
		return e.Lbrace
	}
	return e.Pos()
}
