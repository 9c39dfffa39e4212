// C in the program: threads that C made call back into Go and use maps there, C holds memory that Go
// synchronises with, and calls go back and forth many levels deep.
package main

/*
#cgo LDFLAGS: -lpthread
#include <pthread.h>
#include <stdlib.h>
#include <stdint.h>

extern void fromThread(int thread, int round);
extern int fromBelow(int level);

typedef struct { int thread, rounds; } job;

static void *thread(void *arg) {
	job *j = arg;
	for (int round = 0; round < j->rounds; round++) fromThread(j->thread, round);
	return NULL;
}

// run makes threads that each call Go, and waits for them.
static int run(int threads, int rounds) {
	pthread_t *ids = calloc(threads, sizeof *ids);
	job *jobs = calloc(threads, sizeof *jobs);
	int failed = 0;
	for (int i = 0; i < threads; i++) {
		jobs[i] = (job){i, rounds};
		failed |= pthread_create(&ids[i], NULL, thread, &jobs[i]);
	}
	for (int i = 0; i < threads; i++) failed |= pthread_join(ids[i], NULL);
	free(ids);
	free(jobs);
	return failed;
}

// A thread with a small stack, which is all the room that callbacks have for the guard.
static int small(int rounds) {
	pthread_t id;
	pthread_attr_t attr;
	job j = {1000, rounds};
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	int failed = pthread_create(&id, &attr, thread, &j);
	return failed | pthread_join(id, NULL);
}

static int down(int level) {
	char room[256];
	room[level % 256] = 1;
	return level == 0 ? 0 : fromBelow(level - 1) + room[level % 256];
}
*/
import "C"

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"robust/check"
)

var (
	mu     sync.Mutex
	calls  = map[int]int{}
	levels = map[int]int{}
	flag   *atomic.Int64
)

//export fromThread
func fromThread(thread, round C.int) {
	own := map[C.int]C.int{thread: round}
	mu.Lock()
	calls[int(thread)]++
	mu.Unlock()
	flag.Add(int64(own[thread] - round + 1))
}

//export fromBelow
func fromBelow(level C.int) C.int {
	mu.Lock()
	levels[int(level)]++
	mu.Unlock()
	return C.down(level)
}

func main() {
	threads, rounds := check.Arg(1, 16), check.Arg(2, 500)
	memory := C.calloc(1, 64)
	flag = (*atomic.Int64)(memory)
	locked := (*sync.Mutex)(unsafe.Add(memory, 16))

	check.That(C.run(C.int(threads), C.int(rounds)) == 0, "threads")
	// C waited for its threads, and so did this goroutine.
	for i := 0; i < threads; i++ {
		check.That(calls[i] == rounds, "thread %d called %d times", i, calls[i])
	}
	check.That(C.small(C.int(rounds)) == 0 && calls[1000] == rounds, "a thread with a small stack")
	check.That(flag.Load() == int64((threads+1)*rounds), "%d calls", flag.Load())

	var all sync.WaitGroup
	shared := map[int]int{}
	for g := 0; g < 8; g++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < 20; i++ {
				check.That(C.down(20) == 20, "levels")
				locked.Lock()
				shared[i]++
				locked.Unlock()
			}
			check.That(C.run(4, 10) == 0, "threads")
		}()
	}
	all.Wait()
	check.That(shared[0] == 8 && levels[0] == 160 && calls[0] == rounds+80, "%d %d %d", shared[0], levels[0], calls[0])
	C.free(memory)
	check.Ok()
}
