package p

import (
	"fmt"
	"unsafe"
)

type Kind uint8

const (
	Invalid Kind = iota
	Number
	Text
	mask = 1<<iota - 1
	half = 1.0 / 2
)

type (
	Point  struct{ X, Y float64 }
	Shape  interface{ Area() float64 }
	Named  interface {
		Shape
		fmt.Stringer
		Name() string
	}
	Circle struct {
		*Point `json:"point"`
		Radius float64
		tags   map[string][]byte
		next   *Circle
	}
	Visit = func(Shape) (bool, error)
)

var (
	origin          = &Point{}
	table           = [...]string{Number: "number", Text: "text"}
	unit, done      = Circle{origin, 1, nil, nil}, make(chan struct{}, len(table))
	count, size int = 3, int(unsafe.Sizeof(unit))
	_       Shape   = (*Circle)(nil)
)

func (k Kind) String() string { return table[k] }

func (c *Circle) Area() float64 { return 3.14 * c.Radius * c.Radius }

func (c Circle) Name() (name string) {
	defer func() {
		if r := recover(); r != nil {
			name = fmt.Sprint(r)
		}
	}()
	return string(c.tags["name"])
}

func walk(all []Shape, visit Visit, rest ...interface{}) (n int, err error) {
loop:
	for i, s := range all {
		switch x := s.(type) {
		case *Circle:
			x.X, x.Y = x.Y+half, -x.X
			x.tags["a"] = append(x.tags["a"], "more"...)
			delete(x.tags, "b")
		case interface{ Sides() int }:
			n += x.Sides() << uint(i)
		case nil:
			continue loop
		default:
			break loop
		}
		if ok, err := visit(s); err != nil || !ok {
			return n &^ mask, err
		} else if i > 2 && i%2 == 0 {
			goto end
		}
	}
end:
	select {
	case <-done:
	case v, ok := <-make(chan int):
		n, _ = v, ok
	case done <- struct{}{}:
	}
	for i := range 10 {
		func() { n += i }()
	}
	for k, v := range map[Kind][2]int{Number: {1, 2}, Text: {}} {
		n += v[k%2] * len(rest)
	}
	type local struct{ Point }
	l := local{Point{1, 2}}
	l.X++
	go fmt.Println(l.Point.X, "é"[0], 'x', 1i, complex(1, l.Y), rest[1:n:n])
	return min(n, 3), nil
}
