package micro

import (
	"sync/atomic"
	"testing"
)

func BenchmarkAtomicAdd(b *testing.B) {
	var n atomic.Int64
	for i := 0; i < b.N; i++ {
		n.Add(1)
	}
	sink = int(n.Load())
}

func BenchmarkAtomicAddContended(b *testing.B) {
	var n atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n.Add(1)
		}
	})
}

// The same as a function, the form of before Go 1.19.
func BenchmarkAtomicAddFunc(b *testing.B) {
	var n int64
	for i := 0; i < b.N; i++ {
		atomic.AddInt64(&n, 1)
	}
	sink = int(n)
}

func BenchmarkAtomicLoad(b *testing.B) {
	var n atomic.Int64
	n.Store(7)
	sum := 0
	for i := 0; i < b.N; i++ {
		sum += int(n.Load())
	}
	sink = sum
}

func BenchmarkAtomicLoadParallel(b *testing.B) {
	var n atomic.Int64
	n.Store(7)
	b.RunParallel(func(pb *testing.PB) {
		sum := int64(0)
		for pb.Next() {
			sum += n.Load()
		}
		n.CompareAndSwap(-1, sum)
	})
}
