package kernels

import (
	"runtime"
	"testing"

	"kernels/internal/quiet"
)

// The racy situations of runtime/race/testdata/chan_test.go around a map.

// Buffered channel in the wrong direction: the write follows the send.
func TestRaceStdChanAsyncRev(t *testing.T) {
	m := map[string]int{}
	c := make(chan int, 5)
	var done quiet.Baton
	go func() {
		c <- 1
		m["sender"] = 1 // want race
		done.Pass()
	}()
	done.Await()
	m["receiver"] = 1 // want race
	<-c
}

// The panic of a send on a closed channel is not ordered after the close.
func TestRaceStdChanSyncCloseSend(t *testing.T) {
	m := map[string]int{}
	c := make(chan int)
	var closed quiet.Baton
	go func() {
		m["closer"] = 1 // want race
		close(c)
		closed.Pass()
	}()
	func() {
		defer func() { _ = recover() }()
		closed.Await()
		c <- 1
	}()
	m["sender"] = 1 // want race
}

// The same with a buffered channel and sends that went through before.
func TestRaceStdChanAsyncCloseSend(t *testing.T) {
	m := map[string]int{}
	c := make(chan int, 3)
	var sent, closed quiet.Baton
	go func() {
		sent.Await()
		m["closer"] = 1 // want race
		close(c)
		closed.Pass()
	}()
	func() {
		defer func() { _ = recover() }()
		c <- 1
		c <- 2
		sent.Pass()
		closed.Await()
		c <- 3
	}()
	m["sender"] = 1 // want race
}

// The panic of the second close is not ordered after the first close.
func TestRaceStdChanCloseClose(t *testing.T) {
	m := map[string]int{}
	c := make(chan int)
	var closed quiet.Baton
	go func() {
		m["first"] = 1 // want race
		close(c)
		closed.Pass()
	}()
	closed.Await()
	defer func() {
		if recover() != nil {
			m["second"] = 1 // want race
		}
	}()
	close(c)
}

// Waiting for len to grow sees the send, but is not ordered after it.
func TestRaceStdChanSendLen(t *testing.T) {
	m := map[string]int{}
	c := make(chan int, 5)
	go func() {
		m["sender"] = 1 // want race
		c <- 1
	}()
	for len(c) == 0 {
		runtime.Gosched()
	}
	m["main"] = 1 // want race
}

// Waiting for len to shrink sees the receive, but is not ordered after it.
func TestRaceStdChanRecvLen(t *testing.T) {
	m := map[string]int{}
	c := make(chan int, 5)
	c <- 1
	go func() {
		m["receiver"] = 1 // want race
		<-c
	}()
	for len(c) != 0 {
		runtime.Gosched()
	}
	m["main"] = 1 // want race
}

// Two sends, one place: the one that is refused is not ordered after the other.
func TestRaceStdChanSendSend(t *testing.T) {
	m := map[string]int{}
	c := make(chan int, 1)
	var sent quiet.Baton
	go func() {
		m["winner"] = 1 // want race
		c <- 1
		sent.Pass()
	}()
	sent.Await()
	select {
	case c <- 2:
		t.Error("there is no second place")
	default:
		m["loser"] = 1 // want race
	}
}

// Two senders; the receiver takes the element of one and the map of the other.
func TestRaceStdChanWrongSend(t *testing.T) {
	left, right := map[int]int{}, map[int]int{}
	c := make(chan int, 2)
	var first, second quiet.Baton
	go func() {
		left[1] = 1
		c <- 1
		first.Pass()
	}()
	go func() {
		first.Await()
		right[1] = 1 // want race
		c <- 2
		second.Pass()
	}()
	second.Await()
	if <-c == 1 {
		right[2] = 2 // want race
	}
}

// The receiver gets an element and takes it for the close.
func TestRaceStdChanWrongClose(t *testing.T) {
	left, right := map[int]int{}, map[int]int{}
	c, sent := make(chan int, 1), make(chan int)
	var closed quiet.Baton
	go func() {
		left[1] = 1
		c <- 1
		close(sent)
	}()
	go func() {
		<-sent
		right[1] = 1 // want race
		close(c)
		closed.Pass()
	}()
	closed.Await()
	if _, ok := <-c; ok {
		right[2] = 2 // want race
	}
}

// Buffered channels: an element read from the map, another one stored in it.
func TestRaceStdChanReadWriteAsync(t *testing.T) {
	m := map[string]int{}
	out, in := make(chan int, 5), make(chan int, 5)
	in <- 10
	var sent quiet.Baton
	go func() {
		out <- m["x"] // want race
		sent.Pass()
	}()
	sent.Await()
	m["x"] = <-in // want race
}

// The same with unbuffered channels that lead to other goroutines.
func TestRaceStdChanReadWriteSync(t *testing.T) {
	m := map[string]int{}
	out, in := make(chan int), make(chan int)
	go func() { <-out }()
	go func() { in <- 10 }()
	var sent quiet.Baton
	go func() {
		out <- m["x"] // want race
		sent.Pass()
	}()
	sent.Await()
	m["x"] = <-in // want race
}

// Buffered channels in select: the element is read when select is entered.
func TestRaceStdSelectReadWriteAsync(t *testing.T) {
	m := map[string]int{}
	out, in, never := make(chan int, 5), make(chan int, 5), make(chan int)
	in <- 10
	var sent quiet.Baton
	go func() {
		select {
		case out <- m["x"]: // want race
		case <-never:
		}
		sent.Pass()
	}()
	sent.Await()
	select {
	case m["x"] = <-in: // want race
	case <-never:
	}
}

// Unbuffered channels in select.
func TestRaceStdSelectReadWriteSync(t *testing.T) {
	m := map[string]int{}
	out, in, never := make(chan int), make(chan int), make(chan int)
	go func() { <-out }()
	go func() { in <- 10 }()
	var sent quiet.Baton
	go func() {
		select {
		case out <- m["x"]: // want race
		case <-never:
		}
		sent.Pass()
	}()
	sent.Await()
	select {
	case m["x"] = <-in: // want race
	case <-never:
	}
}

// A channel with two places is no mutex.
func TestRaceStdChanSem(t *testing.T) {
	m := map[string]int{}
	places := make(chan bool, 2)
	var done quiet.Baton
	go func() {
		places <- true
		m["go"] = 1 // want race
		<-places
		done.Pass()
	}()
	done.Await()
	places <- true
	m["main"] = 1 // want race
	<-places
}
