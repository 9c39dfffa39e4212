// Correct is free of races: who reports one here is wrong. Each word hands a map from the goroutine
// that fills it to one that reads it.
//
//	correct mutex     behind a sync.Mutex
//	correct channel   through a channel
//	correct atomic    by the methods of an atomic.Pointer, as copy-on-write tables are
//	correct function  by the functions of sync/atomic
//	correct syncmap   as a value in a sync.Map
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

type table = map[string]int

func main() {
	kind := ""
	if len(os.Args) == 2 {
		kind = os.Args[1]
	}
	// put is called once, get until it has the map.
	var put func(table)
	var get func() table
	switch kind {
	case "mutex":
		var mu sync.Mutex
		var m table
		put = func(t table) { mu.Lock(); m = t; mu.Unlock() }
		get = func() table { mu.Lock(); defer mu.Unlock(); return m }
	case "channel":
		c := make(chan table, 1)
		put = func(t table) { c <- t }
		get = func() table { return <-c }
	case "atomic":
		var p atomic.Pointer[table]
		put = func(t table) { p.Store(&t) }
		get = func() table {
			if t := p.Load(); t != nil {
				return *t
			}
			return nil
		}
	case "function":
		var p unsafe.Pointer
		put = func(t table) { atomic.StorePointer(&p, unsafe.Pointer(&t)) }
		get = func() table {
			if t := (*table)(atomic.LoadPointer(&p)); t != nil {
				return *t
			}
			return nil
		}
	case "syncmap":
		var m sync.Map
		put = func(t table) { m.Store("table", t) }
		get = func() table {
			t, _ := m.Load("table")
			own, _ := t.(table)
			return own
		}
	default:
		fmt.Fprintln(os.Stderr, "usage: correct mutex | channel | atomic | function | syncmap")
		os.Exit(2)
	}
	hand(put, get)
}

func hand(put func(table), get func() table) {
	got := make(chan int)
	go func() {
		t := get()
		for t == nil {
			runtime.Gosched()
			t = get()
		}
		got <- t["one"]
	}()
	t := table{}
	t["one"] = 1
	put(t)
	if <-got != 1 {
		panic("the map was not handed over")
	}
}
