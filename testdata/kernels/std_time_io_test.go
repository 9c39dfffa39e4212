package kernels

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

// The situations of time_test.go, io_test.go and finalizer_test.go in
// runtime/race/testdata around a map.

// The callback of a timer, between two writes of its setter.
func TestNoRaceStdAfterFunc(t *testing.T) {
	m := map[string]int{}
	done := make(chan int)
	m["set"] = 1
	time.AfterFunc(1, func() {
		m["fired"] = 1
		done <- 1
	})
	<-done
	m["after"] = 1
}

// The timer is stopped, the map written, the timer set again.
func TestNoRaceStdAfterFuncReset(t *testing.T) {
	m := map[string]int{}
	done := make(chan int)
	timer := time.AfterFunc(time.Hour, func() {
		m["fired"] = 1
		done <- 1
	})
	timer.Stop()
	m["reset"] = 1
	timer.Reset(1)
	<-done
	m["after"] = 1
}

// A goroutine waits for the channel of a new timer.
func TestNoRaceStdTimer(t *testing.T) {
	m := map[string]int{}
	done := make(chan int)
	m["set"] = 1
	timer := time.NewTimer(1)
	go func() {
		<-timer.C
		m["fired"] = 1
		done <- 1
	}()
	<-done
	m["after"] = 1
}

// The goroutine waits already when the timer is set again: Reset is the only
// edge that covers the write before it.
func TestNoRaceStdTimerReset(t *testing.T) {
	m := map[string]int{}
	done := make(chan int)
	timer := time.NewTimer(time.Hour)
	go func() {
		<-timer.C
		m["fired"] = 1
		done <- 1
	}()
	timer.Stop()
	m["reset"] = 1
	timer.Reset(1)
	<-done
	m["after"] = 1
}

// A goroutine waits for the channel of a new ticker.
func TestNoRaceStdTicker(t *testing.T) {
	m := map[string]int{}
	done := make(chan int)
	m["set"] = 1
	ticker := time.NewTicker(time.Microsecond)
	defer ticker.Stop()
	go func() {
		<-ticker.C
		m["ticked"] = 1
		done <- 1
	}()
	<-done
	m["after"] = 1
}

// A file is the signal: what comes before the write to it is seen after the read.
func TestNoRaceStdIOFile(t *testing.T) {
	m := map[string]int{}
	name := filepath.Join(t.TempDir(), "signal")
	closed := make(chan int)
	go func() {
		defer close(closed)
		m["writer"] = 1
		f, err := os.Create(name)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		f.WriteString("done")
	}()
	buf := make([]byte, 10)
	for n := 0; n == 0; runtime.Gosched() {
		if f, err := os.Open(name); err == nil {
			n, _ = f.Read(buf)
			f.Close()
		}
	}
	m["reader"] = 1
	<-closed
}

// Requests and answers of a web server order what client and handler do. A
// Unix-domain socket takes the place of the network.
func TestNoRaceStdIOHttp(t *testing.T) {
	ln, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]int{}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m["server"]++
		w.WriteHeader(http.StatusNoContent)
	})}
	go srv.Serve(ln)
	defer srv.Close()
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", ln.Addr().String())
		},
	}}
	defer client.CloseIdleConnections()
	for i := 0; i < 2; i++ {
		m["client"]++
		res, err := client.Get("http://kernel/")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	m["client"]++
}

// The finalizer writes to the map of its object, as its last user did.
func TestNoRaceStdFin(t *testing.T) {
	done := make(chan int)
	set := make(chan int)
	go func() {
		r := &resource{state: map[string]int{}}
		runtime.SetFinalizer(r, func(r *resource) {
			r.state["finalizer"] = 1
			close(done)
		})
		r.state["user"] = 1
		runtime.KeepAlive(r)
		close(set)
	}()
	<-set
	collect(done)
}

// The finalizer writes to a package variable under a lock.
func TestNoRaceStdFinGlobal(t *testing.T) {
	done := make(chan int)
	set := make(chan int)
	go func() {
		runtime.SetFinalizer(&resource{name: "global"}, func(r *resource) {
			finalized.Lock()
			finalized.count[r.name]++
			finalized.Unlock()
			close(done)
		})
		close(set)
	}()
	<-set
	finalized.Lock()
	finalized.count["main"]++
	finalized.Unlock()
	collect(done)
}

var finalized = struct {
	sync.Mutex
	count map[string]int
}{count: map[string]int{}}
