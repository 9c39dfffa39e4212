package sites

func generic[K comparable, V any, M ~map[K]V](m M, k K, v V) {
	m[k] = v
	delete(m, k)
	clear(m)
	_ = map[K]V{
		k: v,
	}
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
}
