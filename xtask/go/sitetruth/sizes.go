package main

import "go/types"

// sizes are those of the compiler for amd64. go/types knows them from Go 1.22 on: before, it leaves out the padding at the end
// of a struct.
type sizes struct{ *types.StdSizes }

func compilerSizes() types.Sizes {
	known := types.SizesFor("gc", "amd64")
	if std, ok := known.(*types.StdSizes); ok {
		return sizes{std}
	}
	return known
}

func (s sizes) Alignof(t types.Type) int64 { return s.StdSizes.Alignof(t) }

func (s sizes) Offsetsof(fields []*types.Var) []int64 {
	offsets := make([]int64, len(fields))
	var at int64
	for i, f := range fields {
		at = up(at, s.Alignof(f.Type()))
		offsets[i] = at
		at += s.Sizeof(f.Type())
	}
	return offsets
}

func (s sizes) Sizeof(t types.Type) int64 {
	switch u := t.Underlying().(type) {
	case *types.Array:
		return u.Len() * s.Sizeof(u.Elem())
	case *types.Struct:
		n := u.NumFields()
		if n == 0 {
			return 0
		}
		var fields []*types.Var
		for i := 0; i < n; i++ {
			fields = append(fields, u.Field(i))
		}
		at, last := s.Offsetsof(fields)[n-1], s.Sizeof(fields[n-1].Type())
		if at > 0 && last == 0 {
			last = 1 // a pointer behind the last field must not point outside
		}
		return up(at+last, s.Alignof(t))
	}
	return s.StdSizes.Sizeof(t)
}

func up(at, align int64) int64 {
	return (at + align - 1) / align * align
}
