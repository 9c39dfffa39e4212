//go:build go1.23

package sites

import "maps"

func iterators(o *object, k string) {
	maps.Insert(o.m, maps.All(o.m))
	_ = maps.Collect(maps.All(o.m))
	for o.m["a"], o.m["b"] = range pairs {
		o.m[k] = 1
		if f() > 0 {
			delete(o.m, k)
			continue
		}
	}
}

func pairs(yield func(int, int) bool) {
	m := map[int]int{}
	for i := range m {
		m[i] = 1
		yield(i, i)
	}
}
