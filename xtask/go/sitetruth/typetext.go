package main

import (
	"go/types"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// typeText writes a type as mapguard does: like go/types, but without the names of parameters, with an alias as what it stands
// for, byte as uint8, the methods of an interface in one order, and with the names that a declaration gives to its type
// parameters also where a receiver calls them something else.
func typeText(t types.Type) string {
	w := &typeWriter{}
	w.write(t)
	return w.text.String()
}

// A text that is longer stops there, as mapguard's does.
const longest = 64 * 1024

type typeWriter struct {
	text strings.Builder
	// Generic types whose parameters are being written.
	declared []*types.Named
}

// receiverParams has for the type parameters that a receiver declares those of the type's declaration.
var receiverParams sync.Map

// rememberReceivers fills receiverParams with what the methods of a package have.
func rememberReceivers(p *types.Package) {
	for _, name := range p.Scope().Names() {
		object, ok := p.Scope().Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		named, ok := object.Type().(*types.Named)
		if !ok || named.Obj() != object || named.TypeParams().Len() == 0 {
			continue
		}
		for i := 0; i < named.NumMethods(); i++ {
			params := named.Method(i).Type().(*types.Signature).RecvTypeParams()
			for j := 0; j < params.Len() && j < named.TypeParams().Len(); j++ {
				receiverParams.Store(params.At(j), named.TypeParams().At(j))
			}
		}
	}
}

func (w *typeWriter) write(t types.Type) {
	if w.text.Len() > longest {
		return
	}
	switch t := t.(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer:
			w.text.WriteString("unsafe.Pointer")
		default:
			w.text.WriteString(types.Typ[t.Kind()].Name()) // byte is uint8
		}
	case *types.Named:
		w.named(t)
	case *types.TypeParam:
		if of, ok := receiverParams.Load(t); ok {
			t = of.(*types.TypeParam)
		}
		w.text.WriteString(t.Obj().Name())
	case *types.Pointer:
		w.after("*", t.Elem())
	case *types.Slice:
		w.after("[]", t.Elem())
	case *types.Array:
		w.after("["+strconv.FormatInt(t.Len(), 10)+"]", t.Elem())
	case *types.Map:
		w.after("map[", t.Key())
		w.after("]", t.Elem())
	case *types.Chan:
		w.channel(t)
	case *types.Struct:
		w.text.WriteString("struct{")
		for i := 0; i < t.NumFields(); i++ {
			if i > 0 {
				w.text.WriteString("; ")
			}
			field := t.Field(i)
			if !field.Embedded() {
				w.text.WriteString(field.Name() + " ")
			}
			w.write(field.Type())
			if tag := t.Tag(i); tag != "" {
				w.text.WriteString(" " + strconv.Quote(tag))
			}
		}
		w.text.WriteString("}")
	case *types.Signature:
		w.text.WriteString("func")
		w.signature(t)
	case *types.Interface:
		w.interfaceType(t)
	case *types.Tuple:
		w.text.WriteString("(")
		w.tuple(t, false)
		w.text.WriteString(")")
	case *types.Union:
		for i := 0; i < t.Len(); i++ {
			if i > 0 {
				w.text.WriteString(" | ")
			}
			if t.Term(i).Tilde() {
				w.text.WriteString("~")
			}
			w.write(t.Term(i).Type())
		}
	case interface{ Rhs() types.Type }: // types.Alias, which Go 1.21 does not have
		w.write(t.Rhs())
	default:
		w.text.WriteString(t.String())
	}
}

func (w *typeWriter) after(text string, t types.Type) {
	w.text.WriteString(text)
	w.write(t)
}

func (w *typeWriter) named(t *types.Named) {
	if p := t.Obj().Pkg(); p != nil {
		w.text.WriteString(p.Path() + ".")
	}
	w.text.WriteString(t.Obj().Name())
	if args := t.TypeArgs(); args.Len() > 0 {
		w.text.WriteString("[")
		for i := 0; i < args.Len(); i++ {
			if i > 0 {
				w.text.WriteString(", ")
			}
			w.write(args.At(i))
		}
		w.text.WriteString("]")
		return
	}
	if t.TypeParams().Len() == 0 {
		return
	}
	for _, outer := range w.declared {
		if outer == t {
			return
		}
	}
	w.declared = append(w.declared, t)
	w.typeParams(t.TypeParams())
	w.declared = w.declared[:len(w.declared)-1]
}

// typeParams writes `[K comparable, V any]`: parameters that follow each other share a constraint.
func (w *typeWriter) typeParams(params *types.TypeParamList) {
	constraint := func(i int) string {
		inner := &typeWriter{declared: w.declared}
		inner.constraint(params.At(i).Constraint())
		return inner.text.String()
	}
	w.text.WriteString("[")
	for i := 0; i < params.Len(); i++ {
		if i > 0 {
			w.text.WriteString(", ")
		}
		w.write(params.At(i))
		if i+1 == params.Len() || constraint(i+1) != constraint(i) {
			w.text.WriteString(" " + constraint(i))
		}
	}
	w.text.WriteString("]")
}

// constraint writes a constraint that is no interface without the interface around it.
func (w *typeWriter) constraint(t types.Type) {
	if i, ok := t.(*types.Interface); ok && i.NumExplicitMethods() == 0 && i.NumEmbeddeds() == 1 {
		if e := i.EmbeddedType(0); !types.IsInterface(e) || isParam(e) {
			w.write(e)
			return
		}
	}
	w.write(t)
}

func isParam(t types.Type) bool {
	_, ok := t.(*types.TypeParam)
	return ok
}

func (w *typeWriter) channel(t *types.Chan) {
	switch t.Dir() {
	case types.SendOnly:
		w.after("chan<- ", t.Elem())
	case types.RecvOnly:
		w.after("<-chan ", t.Elem())
	default:
		if inner, ok := t.Elem().(*types.Chan); ok && inner.Dir() == types.RecvOnly {
			w.after("chan (", inner)
			w.text.WriteString(")")
			return
		}
		w.after("chan ", t.Elem())
	}
}

func (w *typeWriter) interfaceType(t *types.Interface) {
	if t.NumExplicitMethods() == 0 && t.NumEmbeddeds() == 0 {
		w.text.WriteString("any")
		return
	}
	var methods []*types.Func
	for i := 0; i < t.NumExplicitMethods(); i++ {
		methods = append(methods, t.ExplicitMethod(i))
	}
	sort.Slice(methods, func(i, j int) bool {
		a, b := methods[i], methods[j]
		if a.Exported() != b.Exported() {
			return a.Exported()
		}
		return a.Name() < b.Name()
	})
	w.text.WriteString("interface{")
	separator := ""
	for _, m := range methods {
		w.text.WriteString(separator + m.Name())
		w.signature(m.Type().(*types.Signature))
		separator = "; "
	}
	for i := 0; i < t.NumEmbeddeds(); i++ {
		w.after(separator, t.EmbeddedType(i))
		separator = "; "
	}
	w.text.WriteString("}")
}

func (w *typeWriter) signature(t *types.Signature) {
	if t.TypeParams().Len() > 0 {
		w.typeParams(t.TypeParams())
	}
	w.text.WriteString("(")
	w.tuple(t.Params(), t.Variadic())
	w.text.WriteString(")")
	switch t.Results().Len() {
	case 0:
	case 1:
		w.after(" ", t.Results().At(0).Type())
	default:
		w.text.WriteString(" (")
		w.tuple(t.Results(), false)
		w.text.WriteString(")")
	}
}

func (w *typeWriter) tuple(t *types.Tuple, variadic bool) {
	for i := 0; i < t.Len(); i++ {
		if i > 0 {
			w.text.WriteString(", ")
		}
		of := t.At(i).Type()
		if variadic && i == t.Len()-1 {
			if s, ok := of.(*types.Slice); ok {
				w.after("...", s.Elem())
				continue
			}
			w.write(of) // as of append([]byte, string...)
			w.text.WriteString("...")
			continue
		}
		w.write(of)
	}
}
