// Maps on stacks and at the bottom of deep ones, while the stacks grow, shrink and move.
package main

import (
	"runtime"
	"sync"

	"robust/check"
)

type shelf struct {
	mu sync.Mutex
	m  map[int]int
}

// deep uses maps at the bottom of n frames, and on the way back.
func deep(n int, s *shelf) int {
	var room [64]byte
	room[n%64] = 1
	own := map[int]int{n: n}
	sum := 0
	if n > 0 {
		sum = deep(n-1, s)
	} else {
		s.mu.Lock()
		s.m[-1]++
		s.mu.Unlock()
	}
	if n%100 == 0 {
		s.mu.Lock()
		s.m[n]++
		s.mu.Unlock()
	}
	own[n]++
	return sum + own[n] - n + int(room[n%64]) - 1
}

// wide has a frame of 128 KiB below its map.
func wide(i int) int {
	var room [128 << 10]byte
	m := map[int]byte{}
	for j := 0; j < 8; j++ {
		room[(i*4099+j)%len(room)] = byte(j)
		m[j] = room[(i*4099+j)%len(room)]
	}
	sum := 0
	for _, b := range m {
		sum += int(b)
	}
	return sum
}

// local has maps that never leave its frame, each a big one.
func local(n int) (sum int) {
	m := make(map[int]int, 8)
	var mu sync.Mutex
	for i := 0; i < n; i++ {
		mu.Lock()
		m[i%8] = i
		mu.Unlock()
		if i%16 == 0 {
			clear(m)
		}
	}
	for k, v := range m {
		sum += v%8 - k
	}
	return sum
}

func main() {
	frames, workers := check.Arg(1, 10_000), check.Arg(2, 8)
	s := &shelf{m: map[int]int{}}
	var all sync.WaitGroup
	for w := 0; w < workers; w++ {
		w := w
		all.Add(1)
		go func() {
			defer all.Done()
			for round := 0; round < 3; round++ {
				sum := deep(frames, s)
				check.That(sum == frames+1, "deep %d", sum)
				runtime.GC() // shrinks the stack
				check.That(wide(w*7+round) == 28, "wide")
				check.That(local(1000) == 0, "local")
				done := make(chan int)
				go func() { done <- deep(frames/10, s) }()
				check.That(<-done == frames/10+1, "deep elsewhere")
			}
		}()
	}
	all.Wait()
	check.That(s.m[-1] == workers*6 && s.m[frames] == workers*3, "%d %d", s.m[-1], s.m[frames])
	check.Ok()
}
