package micro

import (
	"sync"
	"testing"
)

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

// Sixteen goroutines at once, then wait for all; the time is that of one.
func BenchmarkGoWaitGroup16(b *testing.B) {
	const batch = 16
	var wg sync.WaitGroup
	for done := 0; done < b.N; done += batch {
		wg.Add(batch)
		for i := 0; i < batch; i++ {
			go func() { wg.Done() }()
		}
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
