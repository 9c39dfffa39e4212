// Package micro measures what one operation costs: run plain, guarded and under other detectors.
package micro

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

const keys = 1 << 10

func BenchmarkMapWriteInt(b *testing.B) {
	m := make(map[int]int, keys)
	for i := 0; i < b.N; i++ {
		m[i&(keys-1)] = i
	}
}

func BenchmarkMapReadInt(b *testing.B) {
	m := make(map[int]int, keys)
	for i := 0; i < keys; i++ {
		m[i] = i
	}
	b.ResetTimer()
	sum := 0
	for i := 0; i < b.N; i++ {
		sum += m[i&(keys-1)]
	}
	sink = sum
}

var words = func() (w [keys]string) {
	for i := range w {
		w[i] = "key-" + strconv.Itoa(i)
	}
	return w
}()

var sink int

func BenchmarkMapWriteString(b *testing.B) {
	m := make(map[string]int, keys)
	for i := 0; i < b.N; i++ {
		m[words[i&(keys-1)]] = i
	}
}

func BenchmarkMapReadString(b *testing.B) {
	m := make(map[string]int, keys)
	for i, w := range words {
		m[w] = i
	}
	b.ResetTimer()
	sum := 0
	for i := 0; i < b.N; i++ {
		sum += m[words[i&(keys-1)]]
	}
	sink = sum
}

func BenchmarkMapMakeSmall(b *testing.B) {
	for i := 0; i < b.N; i++ {
		m := make(map[int]int)
		m[i] = i
		escape(m)
	}
}

//go:noinline
func escape(m map[int]int) { escaped = m }

var escaped map[int]int

func BenchmarkMutex(b *testing.B) {
	var mu sync.Mutex
	for i := 0; i < b.N; i++ {
		mu.Lock()
		mu.Unlock()
	}
}

func BenchmarkMutexContended(b *testing.B) {
	var mu sync.Mutex
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			mu.Lock()
			mu.Unlock()
		}
	})
}

func BenchmarkRWMutexRead(b *testing.B) {
	var mu sync.RWMutex
	for i := 0; i < b.N; i++ {
		mu.RLock()
		mu.RUnlock()
	}
}

func BenchmarkRWMutexReadContended(b *testing.B) {
	var mu sync.RWMutex
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			mu.RLock()
			mu.RUnlock()
		}
	})
}

func BenchmarkRWMutexWrite(b *testing.B) {
	var mu sync.RWMutex
	for i := 0; i < b.N; i++ {
		mu.Lock()
		mu.Unlock()
	}
}

func BenchmarkAtomicAdd(b *testing.B) {
	var n atomic.Int64
	for i := 0; i < b.N; i++ {
		n.Add(1)
	}
}

func BenchmarkAtomicAddContended(b *testing.B) {
	var n atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n.Add(1)
		}
	})
}

func BenchmarkAtomicLoad(b *testing.B) {
	var n atomic.Int64
	n.Store(7)
	for i := 0; i < b.N; i++ {
		sink += int(n.Load())
	}
}

func BenchmarkChanPingPong(b *testing.B) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
		close(pong)
	}()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		ping <- i
		<-pong
	}
	close(ping)
}

func BenchmarkChanBuffered(b *testing.B) {
	c := make(chan int, 128)
	for i := 0; i < b.N; i++ {
		c <- i
		<-c
	}
}

func BenchmarkGoWaitGroup(b *testing.B) {
	var wg sync.WaitGroup
	for i := 0; i < b.N; i++ {
		wg.Add(1)
		go func() { wg.Done() }()
		wg.Wait()
	}
}

func BenchmarkWaitGroupUncontended(b *testing.B) {
	var wg sync.WaitGroup
	for i := 0; i < b.N; i++ {
		wg.Add(1)
		wg.Done()
	}
	wg.Wait()
}

func BenchmarkPool(b *testing.B) {
	p := sync.Pool{New: func() any { return new(int) }}
	for i := 0; i < b.N; i++ {
		p.Put(p.Get())
	}
}

// A cache as services have it: a map behind a mutex, nine reads for one write, on all processors.
func BenchmarkGuardedCache(b *testing.B) {
	var mu sync.Mutex
	m := make(map[string]int, keys)
	for i, w := range words {
		m[w] = i
	}
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
	m := make(map[string]int, keys)
	for i, w := range words {
		m[w] = i
	}
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
