// Go's own check for concurrent use of a map, which ends the program: it does so guarded too.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
)

func main() {
	runtime.GOMAXPROCS(4)
	// Keys that take long to compare keep a writer in the map for long.
	type key [1 << 20]byte
	var (
		m     = map[*key]int{}
		big   = map[key]int{}
		start sync.WaitGroup
		all   sync.WaitGroup
	)
	start.Add(1)
	for w := 0; w < 4; w++ {
		w := w
		all.Add(1)
		go func() {
			defer all.Done()
			k := new(key)
			k[0] = byte(w % 2)
			start.Wait()
			for i := 0; i < 3000; i++ {
				if os.Args[1] == "write" || w == 0 {
					big[*k] = i
				} else if os.Args[1] == "iterate" {
					for _, v := range big {
						m[nil] = v
						break
					}
				} else {
					_ = big[*k]
				}
			}
		}()
	}
	start.Done()
	all.Wait()
	fmt.Println("never seen by Go")
}
