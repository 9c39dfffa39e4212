package kernels

import (
	"context"
	"maps"
	"testing"
)

// Channels that do order the accesses.

// Unbuffered channel: the send comes before the end of the receive.
func TestNoRaceUnbufferedSend(t *testing.T) {
	c := make(chan int)
	m := map[int]int{}
	go func() {
		m[1] = 1
		c <- 1
	}()
	<-c
	m[2] = 2
}

// Unbuffered channel, other way: the receive comes before the end of the send.
func TestNoRaceUnbufferedReceive(t *testing.T) {
	c := make(chan int)
	m := map[int]int{}
	go func() {
		m[1] = 1
		<-c
	}()
	c <- 1
	m[2] = 2
}

// Buffered channel: the send comes before the receive of that element.
func TestNoRaceBufferedSend(t *testing.T) {
	c := make(chan int, 3)
	m := map[int]int{}
	go func() {
		for i := 0; i < 3; i++ {
			m[i] = i
		}
		c <- 1
	}()
	<-c
	delete(m, 1)
}

// Buffered channel: receive number k comes before send number k+cap is done.
func TestNoRaceBufferedCapacity(t *testing.T) {
	c := make(chan int, 2)
	m := map[int]int{}
	go func() {
		m[1] = 1
		<-c
	}()
	c <- 1
	c <- 2
	c <- 3
	m[2] = 2
}

// Buffered channel with one place as a mutex.
func TestNoRaceChannelAsMutex(t *testing.T) {
	sem := make(chan int, 1)
	m := map[string]int{}
	done := make(chan int, 4)
	for i := 0; i < 4; i++ {
		go func() {
			sem <- 1
			m["a"]++
			<-sem
			done <- 1
		}()
	}
	for i := 0; i < 4; i++ {
		<-done
	}
}

// The same with struct{} elements, filled first: receive to lock, send to unlock.
func TestNoRaceChannelAsMutexReversed(t *testing.T) {
	token := make(chan struct{}, 1)
	token <- struct{}{}
	m := map[string]int{}
	done := make(chan int, 3)
	for i := 0; i < 3; i++ {
		go func() {
			<-token
			m["a"]++
			token <- struct{}{}
			done <- 1
		}()
	}
	for i := 0; i < 3; i++ {
		<-done
	}
}

// close is a broadcast to all receivers.
func TestNoRaceCloseBroadcast(t *testing.T) {
	ready := make(chan struct{})
	conf := map[string]string{}
	done := make(chan string, 3)
	for i := 0; i < 3; i++ {
		go func() {
			<-ready
			done <- conf["mode"]
		}()
	}
	conf["mode"] = "prod"
	close(ready)
	for i := 0; i < 3; i++ {
		if <-done != "prod" {
			t.Error("read too early")
		}
	}
}

// One goroutine owns the map, all others send it requests.
func TestNoRaceOwnerGoroutine(t *testing.T) {
	type op struct {
		key   string
		delta int
		reply chan int
	}
	ops := make(chan op)
	go func() {
		counts := map[string]int{}
		for o := range ops {
			counts[o.key] += o.delta
			o.reply <- counts[o.key]
		}
	}()
	add := func(k string, n int) int {
		o := op{k, n, make(chan int)}
		ops <- o
		return <-o.reply
	}
	done := make(chan int, 3)
	for i := 0; i < 3; i++ {
		go func() { done <- add("a", 1) }()
	}
	if <-done+<-done+<-done != 6 {
		t.Error("lost a request")
	}
	close(ops)
}

// The owner answers with a copy.
func TestNoRaceOwnerRepliesWithCopy(t *testing.T) {
	requests := make(chan chan map[string]int)
	go func() {
		state := map[string]int{"a": 1}
		for reply := range requests {
			reply <- maps.Clone(state)
			state["a"]++
		}
	}()
	for i := 0; i < 3; i++ {
		reply := make(chan map[string]int)
		requests <- reply
		snap := <-reply
		snap["mine"] = i
	}
	close(requests)
}

// Functions sent to the goroutine that owns the map.
func TestNoRaceFuncsToOwner(t *testing.T) {
	funcs := make(chan func(map[string]int))
	go func() {
		m := map[string]int{}
		for f := range funcs {
			f(m)
		}
	}()
	got := make(chan int)
	for i := 0; i < 3; i++ {
		funcs <- func(m map[string]int) { m["n"]++ }
	}
	funcs <- func(m map[string]int) { got <- m["n"] }
	if <-got != 3 {
		t.Error("lost a function")
	}
	close(funcs)
}

// The map moves through a pipeline; each stage owns it for a while.
func TestNoRacePipeline(t *testing.T) {
	stage := func(name string, in <-chan map[string]bool) <-chan map[string]bool {
		out := make(chan map[string]bool, 1)
		go func() {
			defer close(out)
			for m := range in {
				m[name] = true
				out <- m
			}
		}()
		return out
	}
	in := make(chan map[string]bool, 1)
	out := stage("pack", stage("build", stage("parse", in)))
	in <- map[string]bool{}
	close(in)
	for m := range out {
		if len(m) != 3 {
			t.Error("a stage was left out")
		}
	}
}

// Worker pool: workers send results, one goroutine collects them in a map.
func TestNoRaceCollector(t *testing.T) {
	type result struct{ n, square int }
	jobs, results := make(chan int), make(chan result)
	for w := 0; w < 3; w++ {
		go func() {
			for n := range jobs {
				results <- result{n, n * n}
			}
		}()
	}
	go func() {
		defer close(jobs)
		for n := 0; n < 9; n++ {
			jobs <- n
		}
	}()
	squares := map[int]int{}
	for len(squares) < 9 {
		r := <-results
		squares[r.n] = r.square
	}
}

// Each worker fills a map of its own; the parent merges them afterwards.
func TestNoRaceMapPerWorker(t *testing.T) {
	parts := make(chan map[int]int, 3)
	for w := 0; w < 3; w++ {
		w := w
		go func() {
			part := map[int]int{}
			for i := 0; i < 10; i++ {
				part[w*10+i] = i
			}
			parts <- part
		}()
	}
	all := map[int]int{}
	for w := 0; w < 3; w++ {
		maps.Copy(all, <-parts)
	}
	if len(all) != 30 {
		t.Error("lost a part")
	}
}

// Ping-pong: two goroutines take turns on one map.
func TestNoRacePingPong(t *testing.T) {
	ping, pong := make(chan int), make(chan int)
	m := map[int]string{}
	go func() {
		for n := range ping {
			m[n] = "pong"
			pong <- n + 1
		}
		close(pong)
	}()
	for i := 0; i < 10; i += 2 {
		m[i] = "ping"
		ping <- i + 1
		<-pong
	}
	close(ping)
	<-pong
}

// Handshake over a channel of channels.
func TestNoRaceChanOfChan(t *testing.T) {
	m := map[int]int{}
	idle := make(chan chan int)
	go func() {
		own := make(chan int)
		idle <- own
		n := <-own
		m[n] = n
		close(own)
	}()
	worker := <-idle
	m[1] = 1
	worker <- 2
	<-worker
	m[3] = 3
}

// Cancel, then wait until the goroutine says that it is done.
func TestNoRaceCancelThenWait(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	stats := map[string]int{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		stats["stopped"]++
	}()
	stats["started"]++
	cancel()
	<-done
	stats["read"] = len(stats)
}
