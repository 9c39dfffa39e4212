package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// region is code that the compiler drops for a reason that is plain from the source.
type region struct {
	from, to token.Pos
	why      string
}

const (
	constantCondition = "constant condition"
	afterTerminating  = "after a terminating statement"
	blankFunction     = "function named _"
)

// deadRegions finds them in one file.
func deadRegions(p *pack, file *ast.File) []region {
	d := dead{p: p}
	ast.Inspect(file, func(n ast.Node) bool {
		d.visit(n)
		return true
	})
	return d.regions
}

type dead struct {
	p       *pack
	regions []region
}

func (d *dead) drop(n ast.Node, why string) {
	d.regions = append(d.regions, region{n.Pos(), n.End(), why})
}

func (d *dead) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Name.Name == "_" {
			d.drop(n, blankFunction)
		}
	case *ast.IfStmt:
		if value, known := d.boolean(n.Cond); known && !value {
			d.drop(n.Body, constantCondition)
		} else if known && n.Else != nil {
			d.drop(n.Else, constantCondition)
		}
	case *ast.ForStmt:
		if n.Cond != nil {
			if value, known := d.boolean(n.Cond); known && !value {
				d.drop(n.Body, constantCondition)
			}
		}
	case *ast.BinaryExpr:
		if value, known := d.boolean(n.X); known && (n.Op == token.LAND && !value || n.Op == token.LOR && value) {
			d.drop(n.Y, constantCondition)
		}
	case *ast.SwitchStmt:
		d.cases(n)
	case *ast.BlockStmt:
		d.rest(n.List)
	case *ast.CaseClause:
		d.rest(n.Body)
	case *ast.CommClause:
		d.rest(n.Body)
	}
}

// boolean is the value of a condition, if it has always the same.
func (d *dead) boolean(e ast.Expr) (value, known bool) {
	if v := d.p.info.Types[e].Value; v != nil && v.Kind() == constant.Bool {
		return constant.BoolVal(v), true
	}
	switch e := unparen(e).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			value, known = d.boolean(e.X)
			return !value, known
		}
	case *ast.BinaryExpr:
		if e.Op != token.LAND && e.Op != token.LOR {
			break
		}
		decides := e.Op == token.LOR
		x, knownX := d.boolean(e.X)
		y, knownY := d.boolean(e.Y)
		switch {
		case knownX && x == decides, knownY && y == decides:
			return decides, true
		case knownX && knownY:
			return !decides, true
		}
	}
	return false, false
}

// cases drops those of a switch over a constant that it never takes, where all cases are constant and none falls through.
func (d *dead) cases(n *ast.SwitchStmt) {
	tag := constant.MakeBool(true)
	if n.Tag != nil {
		tag = d.p.info.Types[n.Tag].Value
	}
	taken := -1
	for i, s := range n.Body.List {
		clause := s.(*ast.CaseClause)
		for _, e := range clause.List {
			v := d.p.info.Types[e].Value
			if tag == nil || v == nil || v.Kind() != tag.Kind() {
				return
			}
			if taken < 0 && constant.Compare(tag, token.EQL, v) {
				taken = i
			}
		}
		if len(clause.Body) > 0 {
			if b, ok := clause.Body[len(clause.Body)-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
				return
			}
		}
	}
	for i, s := range n.Body.List {
		clause := s.(*ast.CaseClause)
		if i != taken && !(taken < 0 && clause.List == nil) {
			for _, s := range clause.Body {
				d.drop(s, constantCondition)
			}
		}
	}
}

// rest drops what follows a statement that never goes on, up to a label that something may jump to.
func (d *dead) rest(list []ast.Stmt) {
	ended := false
	for _, s := range list {
		if hasLabel(s) {
			ended = false
		}
		if ended {
			d.drop(s, afterTerminating)
		}
		ended = ended || d.ends(s)
	}
}

func hasLabel(s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.LabeledStmt:
			found = true
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	return found
}

// ends says whether control never comes out at the end of a statement. It may say no where it does not.
func (d *dead) ends(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok != token.FALLTHROUGH
	case *ast.ExprStmt:
		if call, ok := unparen(s.X).(*ast.CallExpr); ok {
			if name, ok := unparen(call.Fun).(*ast.Ident); ok {
				b, ok := d.p.info.Uses[name].(*types.Builtin)
				return ok && b.Name() == "panic"
			}
		}
	case *ast.BlockStmt:
		for _, s := range s.List {
			if d.ends(s) && !hasLabel(s) {
				return true
			}
		}
	case *ast.IfStmt:
		value, known := d.boolean(s.Cond)
		switch {
		case known && value:
			return d.ends(s.Body)
		case s.Else == nil:
			return false
		case known:
			return d.ends(s.Else)
		}
		return d.ends(s.Body) && d.ends(s.Else)
	case *ast.ForStmt:
		if s.Cond == nil {
			return !breaks(s.Body)
		}
	}
	return false
}

// breaks says whether a loop's body may have a break that leaves it.
func breaks(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BranchStmt:
			found = found || n.Tok == token.BREAK || n.Tok == token.GOTO
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	return found
}
