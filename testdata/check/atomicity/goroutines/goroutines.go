// Package goroutines: local maps that goroutines share.
package goroutines

import (
	"fmt"
	"sync"
	"time"
)

// Captured is written by the goroutine and by who started it.
func Captured() map[string]int {
	m := map[string]int{}
	go func() {
		m["child"] = 1 // want go-capture "m is written here and written in another goroutine"
	}()
	m["parent"] = 1
	return m
}

// Slept hopes that a while is enough.
func Slept() {
	m := map[string]int{}
	go func() {
		m["child"] = 1 // want go-capture "m is written here and iterated in another goroutine"
	}()
	time.Sleep(time.Second)
	for k, v := range m {
		fmt.Println(k, v)
	}
}

// Waited waits for it.
func Waited() int {
	m := map[string]int{}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		m["child"] = 1
	}()
	wg.Wait()
	m["parent"] = 1
	return len(m)
}

// Workers write to one map, all at once.
func Workers(urls []string) map[string]int {
	status := map[string]int{}
	var wg sync.WaitGroup
	for _, url := range urls {
		wg.Add(1)
		go func() {
			defer wg.Done()
			status[url] = len(url) // want go-capture "status is written by several goroutines"
		}()
	}
	wg.Wait()
	return status
}

// Locked does it under a lock.
func Locked(urls []string) map[string]int {
	status := map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, url := range urls {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			status[url] = len(url)
		}()
	}
	wg.Wait()
	return status
}

// Single starts them one after the other.
func Single(urls []string) map[string]int {
	status := map[string]int{}
	var wg sync.WaitGroup
	for _, url := range urls {
		wg.Add(1)
		go func() {
			defer wg.Done()
			status[url] = len(url)
		}()
		wg.Wait()
	}
	return status
}

// Own gives each goroutine a map of its own.
func Own(n int) {
	for i := range n {
		own := map[int]int{}
		go func() {
			own[i] = i
			fmt.Println(own)
		}()
	}
}

// Passed gives the map as an argument.
func Passed() {
	m := map[string]int{}
	go fill(m) // want go-capture "m is written here and read in another goroutine"
	fmt.Println(m["a"])
}

func fill(m map[string]int) { m["filled"] = 1 }

// Before is done before the goroutine starts.
func Before() {
	m := map[string]int{}
	m["a"] = 1
	go func() { fmt.Println(m["a"]) }()
}

// Group uses the group's own Go.
func Group(keys []string) map[string]bool {
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Go(func() {
			seen[k] = true // want go-capture "seen is written by several goroutines"
		})
	}
	wg.Wait()
	return seen
}

// Channel waits by a channel.
func Channel() int {
	m := map[string]int{}
	done := make(chan struct{})
	go func() {
		m["a"] = 1
		close(done)
	}()
	<-done
	return m["a"]
}

// TooEarly signals before it is done.
func TooEarly() int {
	m := map[string]int{}
	done := make(chan struct{})
	go func() {
		close(done)
		m["a"] = 1 // want go-capture "m is written here and read in another goroutine"
	}()
	<-done
	return m["a"]
}

// Closer has a third goroutine that waits for the others.
func Closer(keys []string) map[string]int {
	results := make(chan string)
	m := map[string]int{}
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- k
		}()
	}
	go func() {
		wg.Wait()
		close(results)
	}()
	for k := range results {
		m[k]++
	}
	return m
}

// OtherGroup waits for the wrong ones.
func OtherGroup() int {
	var readers, writers sync.WaitGroup
	m := map[string]int{}
	writers.Add(1)
	go func() {
		defer writers.Done()
		m["a"] = 1 // want go-capture "m is written here and read in another goroutine"
	}()
	readers.Wait()
	return m["a"]
}

// Either does the one or the other.
func Either(async bool) {
	m := map[string]int{}
	if async {
		go func() { m["a"] = 1 }()
	} else {
		m["b"] = 2
	}
}

// Left returns where it has started one.
func Left(async bool) {
	m := map[string]int{}
	if async {
		go func() { m["a"] = 1 }()
		return
	}
	m["b"] = 2
}

// Rebound makes a new map after that.
func Rebound() map[string]int {
	m := map[string]int{}
	go func(m map[string]int) { m["a"] = 1 }(m)
	m = map[string]int{}
	m["b"] = 2
	return m
}

// Named is a local function that two goroutines run.
func Named() {
	hits := map[string]int{}
	hit := func(path string) { hits[path]++ } // want go-capture "hits is written here and written in another goroutine"
	go hit("/a")
	hit("/b")
}

type counter struct {
	hits map[string]int
}

func (c *counter) hit(k string) { c.hits[k]++ }

// Method starts a method.
func Method() *counter {
	c := &counter{hits: map[string]int{}}
	go c.hit("a") // want go-capture "c.hits is written here and written in another goroutine"
	c.hit("b")
	return c
}

// TwoLocks has one for readers and one for writers.
func TwoLocks() int {
	var readMu, writeMu sync.Mutex
	m := map[string]int{}
	go func() {
		writeMu.Lock()
		m["a"] = 1 // want go-capture "m is written here and read in another goroutine"
		writeMu.Unlock()
	}()
	readMu.Lock()
	defer readMu.Unlock()
	return m["a"]
}

// Handed holds the lock for the goroutine, which releases it.
func Handed() int {
	var mu sync.Mutex
	m := map[string]int{}
	mu.Lock()
	go func() {
		m["a"] = 1
		mu.Unlock()
	}()
	mu.Lock()
	defer mu.Unlock()
	return m["a"]
}

// Nested starts one from another, and waits for the outer one only.
func Nested() int {
	m := map[string]int{}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		go func() {
			m["inner"] = 1 // want go-capture "m is written here and read in another goroutine"
		}()
	}()
	wg.Wait()
	return m["inner"]
}

// Timer writes later.
func Timer() map[string]int {
	m := map[string]int{}
	time.AfterFunc(time.Second, func() {
		m["late"] = 1 // want go-capture "m is written here and written in another goroutine"
	})
	m["now"] = 1
	return m
}

// Readers only read.
func Readers(m map[string]int, keys []string) {
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Add(1)
		go func() {
			defer wg.Done()
			fmt.Println(m[k])
		}()
	}
	wg.Wait()
}

// Semaphore lets only one in.
func Semaphore(keys []string) map[string]int {
	m := map[string]int{}
	turn := make(chan struct{}, 1)
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Add(1)
		go func() {
			defer wg.Done()
			turn <- struct{}{}
			m[k]++
			<-turn
		}()
	}
	wg.Wait()
	return m
}
