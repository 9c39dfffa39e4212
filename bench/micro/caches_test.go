package micro

import (
	"sync"
	"testing"
)

// A cache as services have it: a map behind a mutex, nine reads for one write, on all processors.
func BenchmarkGuardedCache(b *testing.B) {
	var mu sync.Mutex
	m := strings()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		sum := 0
		for i := 0; pb.Next(); i++ {
			w := words[i*7&(keys-1)]
			mu.Lock()
			if i%10 == 0 {
				m[w] = i
			} else {
				sum += m[w]
			}
			mu.Unlock()
		}
	})
}

// The same behind an RWMutex.
func BenchmarkGuardedCacheRW(b *testing.B) {
	var mu sync.RWMutex
	m := strings()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		sum := 0
		for i := 0; pb.Next(); i++ {
			w := words[i*7&(keys-1)]
			if i%10 == 0 {
				mu.Lock()
				m[w] = i
				mu.Unlock()
			} else {
				mu.RLock()
				sum += m[w]
				mu.RUnlock()
			}
		}
	})
}

// The same in a sync.Map.
func BenchmarkSyncMap(b *testing.B) {
	var m sync.Map
	for i, w := range words {
		m.Store(w, i)
	}
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		sum := 0
		for i := 0; pb.Next(); i++ {
			w := words[i*7&(keys-1)]
			if i%10 == 0 {
				m.Store(w, i)
			} else {
				v, _ := m.Load(w)
				sum += v.(int)
			}
		}
	})
}
