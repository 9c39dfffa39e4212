package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// The workloads of ../src/work, in the same way.

const (
	warm  = 5
	chunk = 256
)

type bench[K comparable] struct {
	settings
	// look is the key of a number; like in Rust, numbers are computed and strings are taken from those made beforehand.
	look func(number int) K
}

func (b *bench[K]) filled() target[K] {
	m := newTarget[K](b.mapName)
	all := order(b.keys, 99)
	for from := 0; from < len(all); from += 1000 {
		b.commit(m, all[from:min(from+1000, len(all))])
	}
	return m
}

// commit builds a batch and writes it.
func (b *bench[K]) commit(m target[K], numbers []uint32) {
	batch := make([]pair[K], len(numbers))
	for i, number := range numbers {
		batch[i] = pair[K]{b.look(int(number)), uint64(number)}
	}
	if err := m.putAll(batch); err != nil {
		panic(err)
	}
}

// closedLoop is what threads do as fast as they can: operations a second of all together.
func closedLoop(threads int, limit time.Duration, start func(thread int) func() int) float64 {
	var ready, done sync.WaitGroup
	ready.Add(threads)
	rates := make([]float64, threads)
	for thread := range threads {
		done.Go(func() {
			do := start(thread)
			ready.Done()
			ready.Wait()
			repeat(limit/warm, do)
			count, took := repeat(limit, do)
			rates[thread] = float64(count) / took.Seconds()
		})
	}
	done.Wait()
	sum := 0.0
	for _, rate := range rates {
		sum += rate
	}
	return sum
}

func repeat(limit time.Duration, do func() int) (int, time.Duration) {
	start := time.Now()
	count := 0
	for {
		count += do()
		if took := time.Since(start); took >= limit {
			return count, took
		}
	}
}

// sink keeps what is read.
var sink atomic.Uint64

func (b *bench[K]) mixed() {
	m := b.filled()
	all := make([][]step, b.threads)
	orders := make([][]uint32, b.threads)
	for thread := range b.threads {
		all[thread] = steps(b.draw, b.keys, b.mix, thread)
		orders[thread] = order(b.keys, thread)
	}
	do := func(thread int, number uint64, sum *uint64) {
		s := all[thread][number%length]
		switch key := s.key(); s.op() {
		case opGet:
			value, _ := m.get(b.look(key))
			*sum += value
		case opPut:
			m.put(b.look(key), number)
		case opRemove:
			m.remove(b.look(key))
		default:
			b.commit(m, orders[thread][key:key+mixBatch])
		}
	}
	if b.rate == 0 {
		print("M/s", 1e-6*closedLoop(b.threads, b.sample, func(thread int) func() int {
			number, sum := uint64(0), uint64(0)
			return func() int {
				for range chunk {
					do(thread, number, &sum)
					number++
				}
				sink.Store(sum)
				return chunk
			}
		}))
		return
	}
	each := make([]*latencies, b.threads)
	var done sync.WaitGroup
	for thread := range b.threads {
		done.Go(func() {
			sum := uint64(0)
			each[thread] = openLoop(b.rate/float64(b.threads), 1<<62, b.sample, func(number uint64) {
				do(thread, number, &sum)
			})
			sink.Store(sum)
		})
	}
	done.Wait()
	for _, other := range each[1:] {
		each[0].add(other)
	}
	each[0].print()
}

// cycle gives the parts of an order one after the other, for ever.
func cycle(order []uint32, size int) func() []uint32 {
	from := 0
	return func() []uint32 {
		if from+size > len(order) {
			from = 0
		}
		from += size
		return order[from-size : from]
	}
}

func (b *bench[K]) batches() {
	m := b.filled()
	repeats := max(100/b.size, 1)
	rate := closedLoop(b.threads, b.sample, func(thread int) func() int {
		next := cycle(order(b.keys, thread), b.size)
		return func() int {
			for range repeats {
				b.commit(m, next())
			}
			return repeats
		}
	})
	print("us", 1e6*float64(b.threads)/rate)
}

// besideBatches does something while another goroutine commits batches.
func (b *bench[K]) besideBatches(m target[K], do func()) {
	var stop atomic.Bool
	rate := make(chan float64)
	go func() {
		next := cycle(order(b.keys, 1), b.size)
		start, count := time.Now(), 0
		for !stop.Load() {
			b.commit(m, next())
			count++
		}
		rate <- float64(count) / time.Since(start).Seconds()
	}()
	do()
	stop.Store(true)
	print("batches/s", <-rate)
}

func (b *bench[K]) readers() {
	m := b.filled()
	all := steps("uniform", b.keys, mix{gets: 100}, 0)
	number, sum := 0, uint64(0)
	get := func() int {
		value, _ := m.get(b.look(all[number%length].key()))
		sum += value
		number++
		return 1
	}
	b.besideBatches(m, func() {
		repeat(b.sample/warm, get)
		if b.rate == 0 {
			count, took := repeat(b.sample, get)
			print("M/s", 1e-6*float64(count)/took.Seconds())
		} else {
			openLoop(b.rate, 1<<62, b.sample, func(uint64) { get() }).print()
		}
	})
	sink.Store(sum)
}

func (b *bench[K]) growth() {
	m := newTarget[K](b.mapName)
	operations := uint64(b.keys / b.size)
	do := func(number uint64) {
		first := int(number) * b.size
		if b.size == 1 {
			m.put(b.look(first), number)
			return
		}
		batch := make([]pair[K], b.size)
		for i := range batch {
			batch[i] = pair[K]{b.look(first + i), number}
		}
		if err := m.putAll(batch); err != nil {
			panic(err)
		}
	}
	if b.rate != 0 {
		openLoop(b.rate, operations, b.sample, do).print()
		return
	}
	start := time.Now()
	count := uint64(0)
	for count < operations && (count%16 != 0 || time.Since(start) < b.sample) {
		do(count)
		count++
	}
	print("M/s", 1e-6*float64(count)/time.Since(start).Seconds())
}

func (b *bench[K]) iterate() {
	m := b.filled()
	sum := uint64(0)
	all := func() int {
		count := 0
		m.iterate(func(_ K, value uint64) {
			sum += value
			count++
		})
		return count
	}
	measure := func() {
		repeat(b.sample/warm, all)
		count, took := repeat(b.sample, all)
		print("M/s", 1e-6*float64(count)/took.Seconds())
	}
	if b.size == 0 {
		measure()
	} else {
		b.besideBatches(m, measure)
	}
	sink.Store(sum)
}
