package kernels

import (
	"context"
	"sync"
	"testing"
	"time"

	"kernels/internal/quiet"
)

// Timers, tickers and callbacks.

// AfterFunc callback against the goroutine that set the timer.
func TestRaceAfterFuncCallback(t *testing.T) {
	m := map[string]int{}
	var done quiet.Baton
	time.AfterFunc(0, func() {
		m["expired"] = 1 // want race
		done.Pass()
	})
	done.Await()
	_ = m["expired"] // want race
}

// The map is written after the timer was set.
func TestRaceWriteAfterAfterFunc(t *testing.T) {
	m := map[string]int{}
	var wrote, done quiet.Baton
	time.AfterFunc(0, func() {
		wrote.Await()
		_ = m["limit"] // want race
		done.Pass()
	})
	m["limit"] = 10 // want race
	wrote.Pass()
	done.Await()
}

// Timer.Stop does not wait for a callback that has started.
func TestRaceTimerStop(t *testing.T) {
	m := map[string]int{"a": 1}
	var done quiet.Baton
	timer := time.AfterFunc(0, func() {
		delete(m, "a") // want race
		done.Pass()
	})
	done.Await()
	if timer.Stop() {
		t.Error("the timer has fired")
	}
	m["a"] = 2 // want race
}

// Two timers, one map.
func TestRaceTwoAfterFuncs(t *testing.T) {
	m := map[int]int{}
	var first, second quiet.Baton
	time.AfterFunc(0, func() {
		m[1] = 1 // want race
		first.Pass()
	})
	time.AfterFunc(0, func() {
		first.Await()
		m[2] = 2 // want race
		second.Pass()
	})
	second.Await()
}

// Background refresh driven by a ticker.
func TestRaceTickerRefresh(t *testing.T) {
	cache := map[string]int{}
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	var done quiet.Baton
	go func() {
		<-ticker.C
		cache["generation"]++ // want race
		done.Pass()
	}()
	done.Await()
	_ = cache["generation"] // want race
}

// A sleep is not synchronisation, however long it is.
func TestRaceSleepInsteadOfSync(t *testing.T) {
	m := map[string]int{}
	var done quiet.Baton
	go func() {
		m["a"] = 1 // want race
		done.Pass()
	}()
	done.Await()
	time.Sleep(time.Millisecond)
	_ = m["a"] // want race
}

// context.AfterFunc: cancel starts the function, it does not wait for it.
func TestRaceContextAfterFunc(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	m := map[string]int{}
	var done quiet.Baton
	stop := context.AfterFunc(ctx, func() {
		m["cleanup"] = 1 // want race
		done.Pass()
	})
	cancel()
	done.Await()
	stop()
	m["last"] = 1 // want race
}

// What comes before AfterFunc is seen by the callback.
func TestNoRaceAfterFunc(t *testing.T) {
	m := map[string]int{}
	done := make(chan int)
	m["before"] = 1
	time.AfterFunc(0, func() {
		m["inside"] = 1
		close(done)
	})
	<-done
	m["after"] = 1
}

// A timer's channel: setting the timer comes before the receive.
func TestNoRaceTimerChannel(t *testing.T) {
	m := map[string]int{}
	timers := make(chan *time.Timer)
	done := make(chan int)
	go func() {
		timer := <-timers
		<-timer.C
		m["fired"] = 1
		close(done)
	}()
	m["set"] = 1
	timers <- time.NewTimer(time.Microsecond)
	<-done
	m["after"] = 1
}

// Reset of a stopped timer publishes what was written before it.
func TestNoRaceTimerReset(t *testing.T) {
	m := map[string]int{}
	done := make(chan int)
	timer := time.AfterFunc(time.Hour, func() {
		m["fired"] = 1
		close(done)
	})
	timer.Stop()
	m["again"] = 1
	timer.Reset(0)
	<-done
	m["after"] = 1
}

// Ticker goroutine that owns the map until it is told to stop.
func TestNoRaceTicker(t *testing.T) {
	m := map[int]int{}
	stop, done := make(chan int), make(chan int)
	ticker := time.NewTicker(200 * time.Microsecond)
	defer ticker.Stop()
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			select {
			case <-ticker.C:
				m[n]++
			case <-stop:
				return
			}
		}
	}()
	time.Sleep(time.Millisecond)
	close(stop)
	<-done
	clear(m)
}

// Cache with expiry timers: every callback takes the lock.
func TestNoRaceExpiryTimers(t *testing.T) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	cache := map[int]string{}
	for i := 0; i < 5; i++ {
		i := i
		wg.Add(1)
		mu.Lock()
		cache[i] = "value"
		mu.Unlock()
		time.AfterFunc(time.Duration(i)*10*time.Microsecond, func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			delete(cache, i)
		})
	}
	wg.Wait()
	if len(cache) != 0 {
		t.Error("an entry did not expire")
	}
}

// A chain of timers: each callback sets the next one.
func TestNoRaceTimerChain(t *testing.T) {
	m := map[int]int{}
	done := make(chan int)
	var step func(n int)
	step = func(n int) {
		m[n] = n
		if n == 5 {
			close(done)
			return
		}
		time.AfterFunc(0, func() { step(n + 1) })
	}
	step(0)
	<-done
	if len(m) != 6 {
		t.Error("lost a step")
	}
}
