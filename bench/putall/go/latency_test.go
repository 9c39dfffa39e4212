package main

import "testing"

func TestBuckets(t *testing.T) {
	for _, ns := range []uint64{1, 2, 1023, 1024, 2047, 2048, 2049, 123_456_789, 1 << 40} {
		high := highest(bucket(ns))
		if high < ns || high > ns+ns/1000 || bucket(high) != bucket(ns) || bucket(high+1) == bucket(ns) {
			t.Errorf("%d is in the bucket up to %d", ns, high)
		}
	}
}

func TestQuantiles(t *testing.T) {
	l := &latencies{}
	for ns := uint64(1); ns <= 1000; ns++ {
		l.record(ns)
	}
	if got := [3]uint64{l.quantile(0.5), l.quantile(0.99), l.quantile(1)}; got != [3]uint64{500, 990, 1000} {
		t.Error(got)
	}
}

func TestMaps(t *testing.T) {
	for _, name := range []string{"go-rwmutex", "go-syncmap", "go-putall"} {
		m := newTarget[string](name)
		m.put("a", 1)
		if err := m.putAll([]pair[string]{{"a", 2}, {"b", 3}, {"c", 4}}); err != nil {
			t.Error(err)
		}
		m.remove("b")
		sum := uint64(0)
		m.iterate(func(_ string, value uint64) { sum += value })
		if value, ok := m.get("a"); value != 2 || !ok || sum != 6 {
			t.Error(name, value, ok, sum)
		}
	}
	m := &checked[string]{locked: locked[string]{data: map[string]uint64{"a": 1}}, refuse: true}
	if m.putAll([]pair[string]{{"b", 1}, {"a", 1}}) == nil || len(m.data) != 1 {
		t.Error("a conflict was not refused")
	}
}
