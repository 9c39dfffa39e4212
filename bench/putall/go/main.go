// Command putall-go measures Go's maps for ../src, one sample for each run. It writes names and numbers.
package main

import (
	"flag"
	"fmt"
	"time"
)

type settings struct {
	mapName, draw       string
	keys, size, threads int
	mix                 mix
	sample              time.Duration
	rate                float64
}

func main() {
	var s settings
	var mixText string
	work := flag.String("work", "", "mix, batch, readers, growth or iterate")
	key := flag.String("key", "u64", "u64 or string")
	sum := flag.Bool("checksum", false, "only say what would be done")
	flag.StringVar(&s.mapName, "map", "", "go-rwmutex, go-syncmap or go-putall")
	flag.StringVar(&s.draw, "draw", "uniform", "uniform or zipf")
	flag.StringVar(&mixText, "mix", "100,0,0", "percent of gets, puts and removes; the rest are batches")
	flag.IntVar(&s.keys, "keys", 100_000, "keys in the map")
	flag.IntVar(&s.size, "size", 0, "keys of a batch")
	flag.IntVar(&s.threads, "threads", 1, "goroutines")
	flag.DurationVar(&s.sample, "sample", 200*time.Millisecond, "how long")
	flag.Float64Var(&s.rate, "rate", 0, "operations a second; 0: as many as possible")
	flag.Parse()
	if *sum {
		fmt.Println(checksum())
		return
	}
	if _, err := fmt.Sscanf(mixText, "%d,%d,%d", &s.mix.gets, &s.mix.puts, &s.mix.removes); err != nil {
		panic(err)
	}
	number := func(number int) uint64 { return (uint64(number) + 1) * 0x9E3779B97F4A7C15 }
	if *key == "u64" {
		run(*work, &bench[uint64]{s, number})
		return
	}
	names := make([]string, s.keys)
	for i := range names {
		names[i] = fmt.Sprintf("key-%016x", number(i))
	}
	run(*work, &bench[string]{s, func(number int) string { return names[number] }})
}

func run[K comparable](work string, b *bench[K]) {
	switch work {
	case "mix":
		b.mixed()
	case "batch":
		b.batches()
	case "readers":
		b.readers()
	case "growth":
		b.growth()
	case "iterate":
		b.iterate()
	default:
		panic("no workload " + work)
	}
}

func print(name string, value float64) {
	fmt.Printf("%s\t%g\n", name, value)
}
