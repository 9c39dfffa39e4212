package kernels

import (
	"context"
	"testing"

	"kernels/internal/quiet"
)

// Channels that are used, but whose edge does not cover the accesses.

// The sender writes after its send; the receive orders only what came before.
func TestRaceWriteAfterSend(t *testing.T) {
	c := make(chan int)
	m := map[int]int{}
	var done quiet.Baton
	go func() {
		c <- 1
		m[1] = 1 // want race
		done.Pass()
	}()
	<-c
	done.Await()
	_ = m[1] // want race
}

// The edge of a buffered channel goes from send to receive, not the other way.
func TestRaceReceiveDoesNotOrderSender(t *testing.T) {
	c := make(chan int, 1)
	m := map[int]int{}
	var done quiet.Baton
	c <- 1
	go func() {
		m[1] = 1 // want race
		<-c
		done.Pass()
	}()
	done.Await()
	m[2] = 2 // want race
}

// A received element says nothing about elements sent later.
func TestRaceLaterElement(t *testing.T) {
	c := make(chan int, 2)
	m := map[int]string{}
	var done quiet.Baton
	go func() {
		m[1] = "first"
		c <- 1
		m[2] = "second" // want race
		c <- 2
		done.Pass()
	}()
	<-c
	done.Await()
	for range m { // want race
	}
}

// The sender keeps using a map that it has given away.
func TestRaceUseAfterSend(t *testing.T) {
	c := make(chan map[string]int, 1)
	var done quiet.Baton
	go func() {
		batch := map[string]int{"a": 1}
		c <- batch
		batch["b"] = 2 // want race
		done.Pass()
	}()
	batch := <-c
	done.Await()
	batch["c"] = 3 // want race
}

// A producer that sends the same map again and again instead of a new one.
func TestRaceReusedMessage(t *testing.T) {
	c := make(chan map[string]int, 2)
	var done quiet.Baton
	go func() {
		event := map[string]int{}
		for i := 0; i < 2; i++ {
			event["seq"] = i // want race
			c <- event
		}
		done.Pass()
	}()
	first := <-c
	done.Await()
	_ = first["seq"] // want race
}

// Done is signalled by a deferred close that runs before the deferred write.
func TestRaceDeferOrder(t *testing.T) {
	finished := make(chan int)
	stats := map[string]int{}
	var done quiet.Baton
	go func() {
		defer done.Pass()
		defer func() { stats["jobs"]++ }() // want race
		defer close(finished)
	}()
	<-finished
	done.Await()
	_ = stats["jobs"] // want race
}

// The configuration is changed after the start signal was broadcast.
func TestRaceWriteAfterClose(t *testing.T) {
	start := make(chan int)
	conf := map[string]string{"mode": "dev"}
	var done quiet.Baton
	go func() {
		<-start
		_ = conf["mode"] // want race
		done.Pass()
	}()
	close(start)
	done.Await()
	conf["mode"] = "prod" // want race
}

// Select with default: not ready yet, but the map is read all the same.
func TestRaceSelectDefault(t *testing.T) {
	ready := make(chan int)
	conf := map[string]string{}
	var wrote, read quiet.Baton
	go func() {
		conf["addr"] = ":80" // want race
		wrote.Pass()
		read.Await()
		close(ready)
	}()
	wrote.Await()
	select {
	case <-ready:
		t.Error("closed too early")
	default:
	}
	_ = conf["addr"] // want race
	read.Pass()
}

// A send that is dropped by select with default publishes nothing.
func TestRaceDroppedSend(t *testing.T) {
	full := make(chan int, 1)
	full <- 0
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		m["dropped"]++ // want race
		select {
		case full <- 1:
			t.Error("the channel is full")
		default:
		}
		done.Pass()
	}()
	done.Await()
	<-full
	m["received"]++ // want race
}

// Select takes the other case: the edge comes from the wrong channel.
func TestRaceSelectOtherCase(t *testing.T) {
	result, timeout := make(chan int, 1), make(chan int, 1)
	m := map[string]int{}
	timeout <- 1
	var done, gaveUp quiet.Baton
	go func() {
		m["result"] = 42 // want race
		done.Pass()
		gaveUp.Await()
		result <- 1
	}()
	done.Await()
	select {
	case <-result:
		t.Error("sent too early")
	case <-timeout:
	}
	_ = m["result"] // want race
	gaveUp.Pass()
}

// Workers receive their jobs from a channel and write results to one map.
func TestRaceFanOut(t *testing.T) {
	jobs := make(chan int, 2)
	results := map[int]int{}
	var first, second quiet.Baton
	worker := func(before, after *quiet.Baton) {
		n := <-jobs
		before.Await()
		results[n] = n * n // want race
		after.Pass()
	}
	var start quiet.Baton
	go worker(&start, &first)
	go worker(&first, &second)
	jobs <- 3
	jobs <- 4
	start.Pass()
	second.Await()
}

// Owner goroutine that answers with its own map instead of a copy.
func TestRaceOwnerLeaksMap(t *testing.T) {
	type request struct{ reply chan map[string]int }
	requests := make(chan request)
	var read, done quiet.Baton
	go func() {
		state := map[string]int{"a": 1}
		r := <-requests
		r.reply <- state
		read.Await()
		state["a"]++ // want race
		done.Pass()
	}()
	r := request{make(chan map[string]int)}
	requests <- r
	state := <-r.reply
	_ = state["a"] // want race
	read.Pass()
	done.Await()
}

// Cancelling a context tells a goroutine to stop, it does not wait for it.
func TestRaceCancelDoesNotWait(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	stats := map[string]int{}
	var done quiet.Baton
	go func() {
		<-ctx.Done()
		stats["stopped"] = 1 // want race
		done.Pass()
	}()
	cancel()
	done.Await()
	_ = stats["stopped"] // want race
}

// Asking ctx.Err before the write orders it after an earlier cancel, not before a later one.
func TestRaceCtxErrCheck(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		if ctx.Err() == nil {
			m["running"] = 1 // want race
		}
		done.Pass()
	}()
	done.Await()
	cancel()
	m["cancelled"] = 1 // want race
}

// Two events go through two channels; the reader waits for the wrong one.
func TestRaceWrongChannel(t *testing.T) {
	loaded, started := make(chan int, 1), make(chan int, 1)
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		started <- 1
		m["rows"] = 10 // want race
		loaded <- 1
		done.Pass()
	}()
	<-started
	done.Await()
	_ = m["rows"] // want race
}

// A semaphore with two places lets two goroutines in.
func TestRaceSemaphoreOfTwo(t *testing.T) {
	sem := make(chan int, 2)
	m := map[int]int{}
	var inside quiet.Baton
	done := make(chan int)
	go func() {
		sem <- 1
		m[1] = 1 // want race
		inside.Pass()
		<-sem
		done <- 1
	}()
	inside.Await()
	sem <- 1
	m[2] = 2 // want race
	<-sem
	<-done
}

// The same with a channel of struct{}: its elements have no slots to tell apart.
func TestRaceSemaphoreOfTwoEmptyElems(t *testing.T) {
	sem := make(chan struct{}, 2)
	m := map[int]int{}
	var inside quiet.Baton
	go func() {
		sem <- struct{}{}
		m[1] = 1 // want race
		<-sem
		inside.Pass()
	}()
	inside.Await()
	sem <- struct{}{}
	m[2] = 2 // want race
	<-sem
}

// len of a channel shows that something was sent, but is no synchronisation.
func TestRaceLenOfChannel(t *testing.T) {
	c := make(chan int, 1)
	m := map[int]int{}
	var done quiet.Baton
	go func() {
		m[1] = 1 // want race
		c <- 1
		done.Pass()
	}()
	done.Await()
	if len(c) == 1 {
		_ = m[1] // want race
	}
}
