package sites

import (
	"maps"
	"reflect"
)

func library(m, n map[string]int) {
	maps.Copy(m,
		n)
	maps.Copy[map[string]int](n, m)
	_ = maps.Clone(m)
	maps.
		DeleteFunc(m, func(k string, v int) bool { return v == 0 })
	merge(m, n)
}

func merge(m, n map[string]int) {
	maps.Copy(m, n)
}

func reflected(m reflect.Value) {
	m.SetMapIndex(m, m)
	m.Clear()
	(&m).SetMapIndex(
		m, m)
}
