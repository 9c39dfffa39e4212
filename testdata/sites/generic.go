package sites

func generic[K comparable, V any, M ~map[K]V](m M, k K, v V) {
	m[k] = v
	delete(m, k)
	clear(m)
	_ = map[K]V{
		k: v,
	}
}

// Instances for strings clear the map; those for floating point cannot.
func empty1[K comparable](m map[K]int) {
	for k := range m {
		delete(m, k)
	}
}

func empty2[K comparable](m map[K]int) {
	for k := range m {
		delete(m, k)
	}
}

func empty3[K comparable](m map[K]int) {
	for k := range m {
		delete(m, k)
	}
}

func constrained[M map[string]int | map[int]int, N interface{ ~map[int]V }, V any](m M, n N, v V) {
	clear(m)
	n[1] = v
}

func never[K comparable, V any](m map[K]V, k K, v V) {
	m[k] = v
}

type set[K comparable] struct{ m map[K]struct{} }

func (s *set[K]) add(k K) { s.m[k] = struct{}{} }

func (s *set[K]) never(k K) {
	delete(s.m, k)
}

func use(m map[string]int, s *set[int]) {
	generic(m, "a", 1)
	generic[string, int](m, "b", 2)
	s.add(1)
	empty1(m)
	empty2(map[float64]int{})
	empty3(m)
	empty3(map[float64]int{})
	constrained(m, map[int]bool{}, true)
	func(s set[string]) {
		s.m["closure"] = struct{}{}
	}(set[string]{})
}

func strings[K ~string, V int | any](v V) map[K]V {
	_ = map[K]int{
		"a":    1,
		K("b"): 2,
	}
	_ = map[string]K{
		"a": "x",
	}
	_ = map[int]struct{ k K }{
		1: {
			"x",
		},
		2: {},
	}
	const constant = "c"
	_ = map[K]K{
		"k": "x" +
			constant,
		"l": constant,
		K("a") + "b": ("x" +
			"y"),
	}
	var none V
	return map[K]V{
		"c": v,
		"d": none,
	}
}

func useStrings() {
	strings[string](1)
	strings[string](any(1))
	type local string
	strings[local](1)
}
