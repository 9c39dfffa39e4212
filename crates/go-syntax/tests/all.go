//go:build linux && (amd64 || arm64)

// Package all has every kind of node that the tree has.
package all

/*
#include <stdio.h>
*/
import "C"

import (
	"fmt" // to print
	. "math"
	_ "net/http/pprof"
	str "strings"
)

const (
	zero = iota // the first
	one
	hex, float, imag, char, text = 0x_1F, 1_0.5e-3, 0x1p-2i, '\u00e4', "a\tb\xff"
)

// raw has a line end.
var raw, others = `a
b`, [...]int{2: 3, 4}

var octal, binary = 0o17, 0b101

type (
	// Number is a constraint.
	Number interface {
		~int | ~float64
		fmt.Stringer
		comparable
		Less(other Number) bool
	}

	Pair[K comparable, V any] struct {
		key K
		val V `json:"val"` // the value
		*str.Builder
		Set[K]
		next, prev *Pair[K, V]
		grid       [4][]map[string]chan<- int
	}

	Set[T comparable]    = map[T]struct{}
	Fun                  func(a, b int, rest ...string) (n int, err error)
	Pointer[P *T, T any] struct{ recv <-chan T }
	Array                [one + 2]byte
)

//go:linkname external runtime.external
func external(int) bool

// Map is a generic method.
func (p *Pair[K, V]) Map[W any](f func(V) W) Pair[K, W] {
	return Pair[K, W]{key: p.key, val: f(p.val)}
}

func statements[T Number](in []T, m map[string][]int, c chan int) (out T, err error) {
	defer func() { recover() }()
	go statements[T](in, m, nil)
	var x, y = 1, 2
	x, y = y, x
	x += y &^ 3 << 1 % 7
	m["a"] = append(m["a"], x, -y, +x, ^y, *&x)
	m["b"][0]++
	c <- <-c
	delete(m, "a")
outer:
	for i, v := range in {
		switch v := any(v).(type) {
		case int, string:
			continue outer
		case nil:
			break outer
		default:
			_ = v
		}
		if i := i * 2; i > 3 && !(i == 4) || x != y {
			goto end
		} else if x >= 0 {
			fallthroughs(i)
		} else {
			x--
		}
	}
	for i := 0; i < 10; i++ {
	}
	for range 10 {
	}
	for k = range m {
	}
	for x < 3 {
		for {
		}
	}
	select {
	case v, ok := <-c:
		_, _ = v, ok
	case c <- 1:
	default:
	}
	switch x := x; {
	case x > 1:
		fallthrough
	case x < 1:
	}
	if v, ok := m["a"]; ok {
		_ = v[1:2:3]
		_ = v[:]
	}
end:
	;
	{
		type local struct{ a, b int }
		_ = []local{{1, 2}, {a: 3}}
		_ = map[local]*local{{}: {}}
		_ = (func(int) T)(nil)
		_ = Pair[int, string]{}
	}
	return out, fmt.Errorf("%v", in...)
}
