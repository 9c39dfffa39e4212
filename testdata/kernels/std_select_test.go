package kernels

import (
	"runtime"
	"testing"

	"kernels/internal/quiet"
)

// The situations of runtime/race/testdata/select_test.go around a map.

// Select on both sides, a second channel in each so that it stays a select.
func TestNoRaceStdSelect1(t *testing.T) {
	m := map[string]int{}
	c, other, end := make(chan int), make(chan int), make(chan int)
	go func() {
		m["sender"] = 1
		select {
		case c <- 1:
		case other <- 1:
		}
		close(end)
	}()
	select {
	case <-c:
	case other <- 1:
	}
	m["receiver"] = 1
	<-end
}

// A close that ends a select.
func TestNoRaceStdSelect2(t *testing.T) {
	m := map[string]int{}
	c, other, end := make(chan int), make(chan int), make(chan int)
	go func() {
		select {
		case <-c:
		case <-other:
		}
		m["woken"] = 1
		close(end)
	}()
	m["closer"] = 1
	close(c)
	runtime.Gosched()
	<-end
}

// A buffered send in a select, a plain receive.
func TestNoRaceStdSelect3(t *testing.T) {
	m := map[string]int{}
	c, other := make(chan int, 5), make(chan int)
	go func() {
		m["sender"] = 1
		select {
		case c <- 1:
		case <-other:
		}
	}()
	<-c
	m["receiver"] = 1
}

// Tasks are handed out and acknowledged through select.
func TestNoRaceStdSelect4(t *testing.T) {
	type task struct {
		run  func()
		done chan int
	}
	tasks, never := make(chan task), make(chan int)
	go func() {
		for {
			select {
			case tk, ok := <-tasks:
				if !ok {
					return
				}
				tk.run()
				tk.done <- 1
			}
		}
	}()
	m := map[string]int{}
	do := func(f func()) {
		tk := task{f, make(chan int, 1)}
		select {
		case tasks <- tk:
		case <-never:
		}
		select {
		case <-tk.done:
		case <-never:
		}
	}
	do(func() { m["task"] = 1 })
	m["main"] = 1
	close(tasks)
}

// All four mixtures: select or plain operation, sender late or not.
func TestNoRaceStdSelect5(t *testing.T) {
	try := func(useSelect, late bool) {
		m := map[string]int{}
		c, never, end := make(chan int), make(chan int), make(chan int)
		go func() {
			if late {
				runtime.Gosched()
			}
			m["sender"] = 1
			if useSelect {
				select {
				case c <- 1:
				case <-never:
				}
			} else {
				c <- 1
			}
		}()
		go func() {
			if useSelect {
				select {
				case <-c:
				case <-never:
				}
			} else {
				<-c
			}
			m["receiver"] = 1
			close(end)
		}()
		<-end
	}
	for _, useSelect := range []bool{true, false} {
		try(useSelect, true)
		try(useSelect, false)
	}
}

// Two senders that are both served are not ordered among each other.
func TestRaceStdSelect1(t *testing.T) {
	m := map[string]int{}
	c, other := make(chan int), make(chan int)
	go func() {
		<-c
		<-c
	}()
	var first, second quiet.Baton
	send := func(before, after *quiet.Baton) {
		select {
		case c <- 1:
		case other <- 1:
		}
		if before != nil {
			before.Await()
		}
		m["sent"]++ // want race
		after.Pass()
	}
	go send(nil, &first)
	go send(&first, &second)
	second.Await()
}

// The close comes after the write of the goroutine that waits for it.
func TestRaceStdSelect2(t *testing.T) {
	m := map[string]int{}
	c, other, end := make(chan int), make(chan int), make(chan int)
	var wrote quiet.Baton
	go func() {
		m["waiter"] = 1 // want race
		wrote.Pass()
		select {
		case <-c:
		case <-other:
		}
		close(end)
	}()
	wrote.Await()
	close(c)
	m["closer"] = 1 // want race
	<-end
}

// Both write before they meet.
func TestRaceStdSelect3(t *testing.T) {
	m := map[string]int{}
	c, other := make(chan int), make(chan int)
	var wrote quiet.Baton
	go func() {
		m["sender"] = 1 // want race
		wrote.Pass()
		select {
		case c <- 1:
		case other <- 1:
		}
	}()
	wrote.Await()
	m["receiver"] = 1 // want race
	<-c
}

// A select that has nothing but a default.
func TestRaceStdSelect4(t *testing.T) {
	m := map[string]int{}
	done := make(chan int, 1)
	var wrote quiet.Baton
	go func() {
		select {
		default:
			m["default"] = 1 // want race
		}
		wrote.Pass()
		done <- 1
	}()
	wrote.Await()
	_ = m["default"] // want race
	<-done
}

// Select must take the case that is ready, and that case is not synchronised.
func TestRaceStdSelect5(t *testing.T) {
	x, y := map[int]int{}, map[int]int{}
	ready, never := make(chan int, 1), make(chan int)
	done := make(chan int, 1)
	var wrote quiet.Baton
	go func() {
		select {
		case ready <- 1:
			x[1] = 1 // want race
		case never <- 1:
			y[1] = 1
		}
		wrote.Pass()
		done <- 1
	}()
	wrote.Await()
	_ = x[1] // want race
	_ = y[1]
	<-done
}
