// Several goroutines end the program at one moment, each in its way: `dying SEED HOW...`. Which of them is first is
// chance; that the program ends, and with a report whole that was begun, is not. Behind `slow` all but races wait until
// some race is being reported.
package main

import (
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"

	"robust/check"
)

// findings is how many races one goroutine has.
const findings = 3

var started int

//go:noinline
func spin(p *int) int { return *p }

// wait goes on when p is set, which is no order that counts.
func wait(p *int) {
	for spin(p) == 0 {
		runtime.Gosched()
	}
}

// written is maps that another goroutine has written, in no order to what follows.
func written() []map[int]int {
	maps := make([]map[int]int, findings)
	for i := range maps {
		maps[i] = map[int]int{}
	}
	done := 0
	go func() {
		for i := range maps {
			deepWithANameSoLongThatAReportIsLongerThanAPipeTakesAtOnce(24, maps[i])
		}
		done = 1
	}()
	wait(&done)
	return maps
}

// deepWithANameSoLongThatAReportIsLongerThanAPipeTakesAtOnce writes m from so many calls down: each depth is a stack of
// its own, and so a finding.
//
//go:noinline
func deepWithANameSoLongThatAReportIsLongerThanAPipeTakesAtOnce(depth int, m map[int]int) {
	if depth == 0 {
		m[1]++
	} else {
		deepWithANameSoLongThatAReportIsLongerThanAPipeTakesAtOnce(depth-1, m)
	}
	runtime.KeepAlive(m)
}

// ways is what there is besides race and return.
var ways = map[string]func(){
	"panic": func() { panic("told to") },
	"segv":  func() { fmt.Println(*(*int)(nil)) },
	// A fatal error of Go's own, as two writers at once are; this one is sure to be noticed.
	"fatal": func() { new(sync.Mutex).Unlock() },
	"exit":  func() { os.Exit(7) },
	"exit0": func() { os.Exit(0) },
	"quit":  func() { syscall.Kill(os.Getpid(), syscall.SIGQUIT) },
	"term":  func() { syscall.Kill(os.Getpid(), syscall.SIGTERM) },
}

func main() {
	runtime.GOMAXPROCS(4)
	random := rand.New(rand.NewSource(int64(check.Arg(1, 0))))
	// All at once, or apart for as long as some reports take.
	apart := []int{1, 1000, 30000, 1000000, 10000000}[random.Intn(5)]
	pause := func(turns int) {
		for j := 0; j < turns; j++ {
			spin(&started)
		}
	}
	var begin time.Duration
	returns := false
	for i, how := range os.Args[2:] {
		i, how := i, how
		delay := random.Intn(apart)
		die := ways[how]
		switch how {
		case "race":
			// Early, or others would mostly have ended the program before.
			delay /= 8
			maps := written()
			die = func() {
				for k, m := range maps {
					deepWithANameSoLongThatAReportIsLongerThanAPipeTakesAtOnce(4+i*findings+k, m)
				}
			}
		case "return":
			returns = true
			continue
		case "slow":
			// What others do comes when a race found at once is being reported.
			apart = 1
			begin = 100 * time.Millisecond
			continue
		}
		check.That(die != nil, "no way %s", how)
		go func() {
			wait(&started)
			if how != "race" {
				time.Sleep(begin)
			}
			pause(delay)
			die()
		}()
	}
	started = 1
	if !returns {
		// Not without any end, which Go would take for a deadlock: a way to die more.
		time.Sleep(time.Hour)
	}
	time.Sleep(begin)
	pause(random.Intn(apart))
}
