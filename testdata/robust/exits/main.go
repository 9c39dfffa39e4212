// The ways in which a program ends, each with or without a race found before.
//
// Who waits for a signal sleeps: with select {} the program might die of a deadlock at the same moment, and two deaths at once
// can hang in Go itself (golang/go#57420).
package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

var done int

//go:noinline
func spin(p *int) int { return *p }

// race writes a map from two goroutines, one after the other, with no order that counts.
func race() {
	m := map[string]int{}
	go func() {
		m["a"] = 1
		done = 1
	}()
	for spin(&done) == 0 {
		runtime.Gosched()
	}
	m["b"] = 2
	fmt.Println("entries", len(m))
}

func main() {
	how := os.Args[1]
	if len(os.Args) > 2 && os.Args[2] == "race" {
		race()
	}
	switch how {
	case "return":
	case "exit0":
		os.Exit(0)
	case "exit3":
		go os.Exit(3)
		select {}
	case "panic":
		panic("told to")
	case "panic-elsewhere":
		go func() {
			defer fmt.Println("deferred")
			var m map[string]int
			m["nil"] = 1
		}()
		select {}
	case "goexit":
		go func() {
			time.Sleep(10 * time.Millisecond)
			os.Exit(4)
		}()
		runtime.Goexit()
	case "goexit-alone":
		runtime.Goexit()
	case "deadlock":
		var mu sync.Mutex
		mu.Lock()
		mu.Lock()
	case "unlock":
		var mu sync.Mutex
		mu.Unlock()
	case "log":
		log.SetFlags(0)
		log.Fatal("told to")
	case "abort":
		syscall.Kill(os.Getpid(), syscall.SIGABRT)
		time.Sleep(time.Hour)
	case "kill":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		time.Sleep(time.Hour)
	case "term":
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(time.Hour)
	case "pipe":
		r, w, _ := os.Pipe()
		r.Close()
		syscall.Dup2(int(w.Fd()), 1)
		fmt.Println("nobody reads this")
		os.Exit(5)
	case "overflow":
		debug.SetMaxStack(32 << 20)
		fmt.Println(overflow(1))
	case "memory":
		fmt.Println(len(make([]byte, 1<<46)))
	}
	fmt.Println("ok")
}

func overflow(n int) int { return overflow(n+1) + n }
