package main

import "sort"

// The same numbers as ../src/stream.rs.

const (
	length   = 1 << 19
	mixBatch = 100
)

// rng is xorshift64*.
type rng uint64

func rngOf(thread int) *rng {
	r := rng((uint64(thread) + 1) * 0x9E3779B97F4A7C15)
	return &r
}

func (r *rng) next() uint64 {
	x := uint64(*r)
	x ^= x >> 12
	x ^= x << 25
	x ^= x >> 27
	*r = rng(x)
	return x * 0x2545F4914F6CDD1D
}

func (r *rng) below(end uint64) uint64 {
	return ((r.next() >> 32) * end) >> 32
}

const (
	opGet = iota
	opPut
	opRemove
	opPutAll
)

type step uint32

func (s step) op() int  { return int(s >> 30) }
func (s step) key() int { return int(s & 0x3FFFFFFF) }

// mix is parts of a hundred; the rest are batches.
type mix struct{ gets, puts, removes uint64 }

func steps(draw string, keys int, m mix, thread int) []step {
	r := rngOf(thread)
	var limits []uint64
	if draw == "zipf" {
		limits = zipf(keys)
	}
	all := make([]step, length)
	for i := range all {
		roll := r.below(100)
		op := opPutAll
		switch {
		case roll < m.gets:
			op = opGet
		case roll < m.gets+m.puts:
			op = opPut
		case roll < m.gets+m.puts+m.removes:
			op = opRemove
		}
		var key uint64
		if limits == nil {
			key = r.below(uint64(keys))
		} else {
			drawn := r.next() >> 11
			key = uint64(sort.Search(len(limits), func(i int) bool { return limits[i] > drawn }))
		}
		if op == opPutAll {
			key %= uint64(keys - mixBatch)
		}
		all[i] = step(uint32(op)<<30 | uint32(key))
	}
	return all
}

// order is all keys' numbers in an order of the thread's own.
func order(keys, thread int) []uint32 {
	r := rngOf(thread + 1000)
	all := make([]uint32, keys)
	for i := range all {
		all[i] = uint32(i)
	}
	for last := keys - 1; last > 0; last-- {
		other := r.below(uint64(last) + 1)
		all[last], all[other] = all[other], all[last]
	}
	return all
}

// zipf is up to where numbers of 53 bits mean each key. The conversions keep the compiler from fusing operations.
func zipf(keys int) []uint64 {
	sums := make([]float64, keys)
	sum := 0.0
	for i := range sums {
		rank := float64(i + 1)
		sum += float64(exp(float64(0.01*ln(rank))) / rank)
		sums[i] = sum
	}
	limits := make([]uint64, keys)
	for i, part := range sums {
		limits[i] = uint64(float64(part/sum) * float64(uint64(1)<<53))
	}
	limits[keys-1] = 1 << 53
	return limits
}

func ln(x float64) float64 {
	mantissa, exponent := x, 0.0
	for mantissa >= 2 {
		mantissa *= 0.5
		exponent++
	}
	ratio := float64((mantissa - 1) / (mantissa + 1))
	square := float64(ratio * ratio)
	power, sum := ratio, 0.0
	for odd := range 30 {
		sum += float64(power / float64(2*odd+1))
		power = float64(power * square)
	}
	return float64(exponent*0.6931471805599453) + float64(2*sum)
}

func exp(x float64) float64 {
	term, sum := 1.0, 1.0
	for n := 1; n < 20; n++ {
		term = float64(term * float64(x/float64(n)))
		sum += term
	}
	return sum
}

// checksum of what is done, as ../src/go.rs computes it.
func checksum() uint64 {
	sum := uint64(0xCBF29CE484222325)
	add := func(number uint32) { sum = (sum ^ uint64(number)) * 0x100000001B3 }
	const keys = 100_000
	for thread := range 2 {
		for _, draw := range []string{"uniform", "zipf"} {
			for _, s := range steps(draw, keys, mix{40, 30, 20}, thread) {
				add(uint32(s))
			}
		}
		for _, number := range order(keys, thread) {
			add(number)
		}
	}
	return sum
}
