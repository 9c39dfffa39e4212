package kernels

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
)

// select and package context as synchronisation.

// Result or quit: the case that is taken orders the accesses.
func TestNoRaceSelectReceive(t *testing.T) {
	result, quit := make(chan int), make(chan int)
	m := map[int]int{}
	go func() {
		m[1] = 1
		result <- 1
	}()
	select {
	case <-result:
		m[2] = 2
	case <-quit:
	}
}

// Select on the sending side.
func TestNoRaceSelectSend(t *testing.T) {
	out, quit := make(chan int), make(chan int)
	m := map[int]int{}
	go func() {
		m[1] = 1
		select {
		case out <- 1:
		case <-quit:
		}
	}()
	<-out
	m[2] = 2
}

// Select on both sides of a buffered channel.
func TestNoRaceSelectBothSides(t *testing.T) {
	c, never := make(chan int, 1), make(chan int)
	m := map[int]int{}
	go func() {
		m[1] = 1
		select {
		case c <- 1:
		case <-never:
		}
	}()
	select {
	case <-c:
	case <-never:
	}
	m[2] = 2
}

// Select with default in a polling loop.
func TestNoRaceSelectDefaultLoop(t *testing.T) {
	ready := make(chan struct{})
	m := map[int]int{}
	go func() {
		m[1] = 1
		close(ready)
	}()
	for {
		select {
		case <-ready:
			m[2] = 2
			return
		default:
			runtime.Gosched()
		}
	}
}

// A nil channel switches its case off; the result still arrives in order.
func TestNoRaceSelectNilChannel(t *testing.T) {
	first, second := make(chan int), make(chan int)
	m := map[int]int{}
	go func() {
		m[1] = 1
		first <- 1
	}()
	go func() {
		m := map[int]int{}
		m[2] = 2
		second <- 2
	}()
	a, b := first, second
	for a != nil || b != nil {
		select {
		case <-a:
			a = nil
			m[3] = 3
		case <-b:
			b = nil
		}
	}
}

// Select against a timeout that does not fire.
func TestNoRaceSelectTimeout(t *testing.T) {
	result := make(chan int, 1)
	m := map[int]int{}
	go func() {
		m[1] = 1
		result <- 1
	}()
	select {
	case <-result:
		m[2] = 2
	case <-time.After(time.Minute):
		t.Error("timeout")
	}
}

// Event loop: a goroutine that owns a map and serves several channels.
func TestNoRaceEventLoop(t *testing.T) {
	set, get, quit := make(chan int), make(chan chan int), make(chan int)
	go func() {
		state := map[int]int{}
		for {
			select {
			case k := <-set:
				state[k]++
			case reply := <-get:
				reply <- len(state)
			case <-quit:
				clear(state)
				close(quit)
				return
			}
		}
	}()
	set <- 1
	set <- 2
	reply := make(chan int)
	get <- reply
	if <-reply != 2 {
		t.Error("lost an event")
	}
	quit <- 1
	<-quit
}

// What comes before cancel is seen after Done.
func TestNoRaceContextCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	m := map[string]int{}
	go func() {
		m["a"] = 1
		cancel()
	}()
	<-ctx.Done()
	m["b"] = 2
}

// A child context is done after its parent.
func TestNoRaceContextChild(t *testing.T) {
	parent, cancel := context.WithCancel(context.Background())
	child, cancelChild := context.WithCancel(parent)
	defer cancelChild()
	m := map[string]int{}
	go func() {
		m["a"] = 1
		cancel()
	}()
	<-child.Done()
	m["b"] = 2
}

// The cause of a cancellation is published with it.
func TestNoRaceContextCause(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	m := map[string]int{}
	go func() {
		m["a"] = 1
		cancel(errors.New("enough"))
	}()
	for context.Cause(ctx) == nil {
		runtime.Gosched()
	}
	m["b"] = 2
}

// Polling ctx.Err is enough: it is ordered after cancel.
func TestNoRaceContextErr(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	m := map[string]int{}
	go func() {
		m["a"] = 1
		cancel()
	}()
	for ctx.Err() == nil {
		runtime.Gosched()
	}
	m["b"] = 2
}

// context.AfterFunc runs its function after cancel.
func TestNoRaceContextAfterFunc(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	m := map[string]int{}
	done := make(chan int)
	context.AfterFunc(ctx, func() {
		m["after"] = 1
		close(done)
	})
	m["before"] = 1
	cancel()
	<-done
	m["last"] = 1
}

// A deadline fires; the goroutine reports back through a channel.
func TestNoRaceContextTimeout(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	m := map[string]int{"before": 1}
	done := make(chan int)
	go func() {
		<-ctx.Done()
		m["late"] = 1
		close(done)
	}()
	<-done
	m["last"] = 1
}
