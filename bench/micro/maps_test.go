// Package micro measures what one operation costs: run plain, guarded and under other detectors.
package micro

import (
	"strconv"
	"testing"
)

const keys = 1 << 10

// What is stored here is not optimised away.
var (
	sink    int
	escaped map[int]int
)

var words = func() (w [keys]string) {
	for i := range w {
		w[i] = "key-" + strconv.Itoa(i)
	}
	return w
}()

func ints() map[int]int {
	m := make(map[int]int, keys)
	for i := 0; i < keys; i++ {
		m[i] = i
	}
	return m
}

func strings() map[string]int {
	m := make(map[string]int, keys)
	for i, w := range words {
		m[w] = i
	}
	return m
}

func BenchmarkMapWriteInt(b *testing.B) {
	m := make(map[int]int, keys)
	for i := 0; i < b.N; i++ {
		m[i&(keys-1)] = i
	}
}

func BenchmarkMapReadInt(b *testing.B) {
	m := ints()
	b.ResetTimer()
	sum := 0
	for i := 0; i < b.N; i++ {
		sum += m[i&(keys-1)]
	}
	sink = sum
}

func BenchmarkMapWriteString(b *testing.B) {
	m := make(map[string]int, keys)
	for i := 0; i < b.N; i++ {
		m[words[i&(keys-1)]] = i
	}
}

func BenchmarkMapReadString(b *testing.B) {
	m := strings()
	b.ResetTimer()
	sum := 0
	for i := 0; i < b.N; i++ {
		sum += m[words[i&(keys-1)]]
	}
	sink = sum
}

// One key put in and taken out again.
func BenchmarkMapDelete(b *testing.B) {
	m := ints()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		m[i&(keys-1)] = i
		delete(m, i&(keys-1))
	}
}

// All keys of a map, once around.
func BenchmarkMapRange(b *testing.B) {
	m := ints()
	b.ResetTimer()
	sum := 0
	for i := 0; i < b.N; i++ {
		for _, v := range m {
			sum += v
		}
	}
	sink = sum
}

// Reads of one map by goroutines on all processors.
func BenchmarkMapReadParallel(b *testing.B) {
	m := ints()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		sum := 0
		for i := 0; pb.Next(); i++ {
			sum += m[i&(keys-1)]
		}
		escape(map[int]int{0: sum})
	})
}

func BenchmarkMapMakeSmall(b *testing.B) {
	for i := 0; i < b.N; i++ {
		m := make(map[int]int)
		m[i] = i
		escape(m)
	}
}

//go:noinline
func escape(m map[int]int) {
	if len(m) > keys {
		escaped = m
	}
}
