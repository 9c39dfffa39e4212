// Package sites writes to maps.
package sites

type key struct{ a, b string }

type object struct {
	m    map[string]int
	deep map[string]map[key]int
	list map[string][]int
}

type named map[string]int

//go:noinline
func f() int { return 1 }

func assign(o *object, k string, n named, p *map[string]int) {
	o.m[k] = 1
	o.deep[k][key{
		k,
		k,
	}] =
		f()
	(o.m[k]) = 2
	(o.m)[k] = 3
	n[k] = 4
	(*p)[k] = 5
	o.
		m[k] = 6
	o.deep[k][key{}], o.m[k] = 7, 8
	o.m["a"],
		n["b"] =
		n["b"],
		o.m["a"]
	var ok bool
	o.m["q"], ok =
		n["z"]
	_ = ok
	o.list[k][0] = 1 // reads the map
	_ = n[k]
}

func change(o *object, k string) {
	o.m[k] += 5
	o.deep[k][key{
		k, k}] -= f()
	o.m[k]++
	o.deep[k][key{
		k, k,
	}]--
	o.list[k] =
		append(o.list[k],
			1)
}

func ranges(o *object, s []int, c chan int) {
	for o.m["a"], o.m["b"] = range s {
	}
	for _, o.m["c"] = range s {
	}
	for o.m["d"] = range c {
	}
	for i, k := 0, "e"; i < 3; o.m[k] = i {
		i++
	}
	select {
	case o.m["x"] = <-c:
	case o.m["y"], _ = <-c:
	}
	switch o.m["i"] = 1; {
	}
	if o.m["j"] = 2; len(s) > 0 {
		return
	}
}

func remove(o *object, k string, floats map[float64]int, any map[interface{}]int) {
	delete(
		o.m,
		k,
	)
	clear(
		o.m)
	for k := range o.m {
		delete(o.m, k)
	}
	for k := range o.deep[k] {
		delete(o.deep["other"], k)
	}
	for k := range floats {
		delete(floats, k) // may be NaN
	}
	for k := range any {
		delete(any, k)
	}
	for k := range o.m {
		delete(o.m, k)
		f()
	}
	for range o.m {
		delete(o.m, k)
	}
	clear(o.list[k]) // a slice
	defer delete(o.m, k)
	go delete(o.m, k)
	defer clear(o.m)
}

func closures(o *object) func() {
	func() { o.m["1"] = 1 }()
	go func() {
		o.m["2"] = 2
	}()
	return func() {
		o.m["3"] = 3
		_ = map[string]func(){
			"x": func() {
				o.m["4"] = 4
			},
		}
	}
}

func unused(m map[string]int) {
	m["x"] = 1
}

func shadowed(m map[string]int) {
	delete := func(map[string]int, string) {}
	delete(m, "x") // not the builtin
}
