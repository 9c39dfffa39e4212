package main

import (
	"fmt"
	"math/bits"
	"time"
)

// latencies is a histogram of nanoseconds, exact to a thousandth or so.
type latencies struct {
	buckets [64 << 10]uint64
	count   uint64
	max     uint64
	behind  bool
}

func (l *latencies) record(ns uint64) {
	ns = max(ns, 1)
	l.buckets[bucket(ns)]++
	l.count++
	l.max = max(l.max, ns)
}

// bucket is the number itself when it is small, else its first eleven bits and how many follow.
func bucket(ns uint64) int {
	more := max(bits.Len64(ns)-11, 0)
	return more<<10 + int(ns>>more)
}

// highest is the highest value that has a bucket.
func highest(bucket int) uint64 {
	more := max(bucket>>10-1, 0)
	return uint64(bucket-more<<10+1)<<more - 1
}

func (l *latencies) add(other *latencies) {
	for i, n := range other.buckets {
		l.buckets[i] += n
	}
	l.count += other.count
	l.max = max(l.max, other.max)
	l.behind = l.behind || other.behind
}

func (l *latencies) quantile(part float64) uint64 {
	wanted := max(uint64(part*float64(l.count)+0.5), 1)
	seen := uint64(0)
	for i, n := range l.buckets {
		if seen += n; seen >= wanted {
			return min(highest(i), l.max)
		}
	}
	return l.max
}

func (l *latencies) print() {
	for _, q := range []struct {
		name string
		part float64
	}{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}, {"max", 1}} {
		fmt.Printf("%s\t%d\n", q.name, l.quantile(q.part))
	}
	fmt.Printf("count\t%d\n", l.count)
	behind := 0
	if l.behind {
		behind = 1
	}
	fmt.Printf("behind\t%d\n", behind)
}

// openLoop does operations when they are due, and measures from then: see ../src/open_loop.rs.
func openLoop(rate float64, count uint64, limit time.Duration, do func(number uint64)) *latencies {
	gap := 1e9 / rate
	end := uint64(limit)
	all := &latencies{}
	start := time.Now()
	for number := range count {
		due := uint64(float64(number) * gap)
		if due > end {
			break
		}
		for uint64(time.Since(start)) < due {
		}
		do(number)
		now := uint64(time.Since(start))
		all.record(max(now, due) - due)
		if now > 3*end {
			all.behind = true
			break
		}
	}
	return all
}
