package kernels

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"kernels/internal/quiet"
)

// Handlers, headers and query values: named map types of the standard library.

// visitCounter is a handler with state and no lock.
type visitCounter struct{ visits map[string]int }

func (c *visitCounter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.visits[r.URL.Path]++ // want race
	w.WriteHeader(http.StatusNoContent)
}

// Every request runs in a goroutine of its own, but the handler is shared.
func TestRaceHandlerState(t *testing.T) {
	h := &visitCounter{visits: map[string]int{}}
	first := httptest.NewRequest("GET", "/", nil)
	second := httptest.NewRequest("GET", "/about", nil)
	var done quiet.Baton
	go func() {
		h.ServeHTTP(httptest.NewRecorder(), first)
		done.Pass()
	}()
	done.Await()
	h.ServeHTTP(httptest.NewRecorder(), second)
}

// Handler closure against a debug page that ranges over the same map.
func TestRaceHandlerDebugPage(t *testing.T) {
	sessions := map[string]int{}
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		sessions[r.URL.RawQuery] = 1 // want race
	})
	mux.HandleFunc("/debug", func(w http.ResponseWriter, r *http.Request) {
		n := 0
		for range sessions { // want race
			n++
		}
	})
	login := httptest.NewRequest("GET", "/login?ann", nil)
	debug := httptest.NewRequest("GET", "/debug", nil)
	var first, second quiet.Baton
	go func() {
		mux.ServeHTTP(httptest.NewRecorder(), login)
		first.Pass()
	}()
	go func() {
		first.Await()
		mux.ServeHTTP(httptest.NewRecorder(), debug)
		second.Pass()
	}()
	second.Await()
}

// A header that is set in one goroutine and read in another.
func TestRaceHeaderSetGet(t *testing.T) {
	h := http.Header{}
	var done quiet.Baton
	go func() {
		h.Set("X-Trace", "1") // want race
		done.Pass()
	}()
	done.Await()
	_ = h.Get("X-Trace") // want race
}

// Request.WithContext makes a shallow copy: the header map is shared.
func TestRaceRequestShallowCopy(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r2 := r.WithContext(r.Context())
	var done quiet.Baton
	go func() {
		r2.Header.Set("Authorization", "token") // want race
		done.Pass()
	}()
	done.Await()
	r.Header.Del("Authorization") // want race
}

// A goroutine that outlives its handler still sets response headers.
func TestRaceHeaderAfterReturn(t *testing.T) {
	var late quiet.Baton
	handler := func(w http.ResponseWriter, r *http.Request) {
		go func() {
			w.Header().Set("X-Late", "1") // want race
			late.Pass()
		}()
	}
	w := httptest.NewRecorder()
	handler(w, nil)
	late.Await()
	for range w.Header() { // want race
	}
}

// Query values that are added while another goroutine encodes them.
func TestRaceURLValues(t *testing.T) {
	q := url.Values{"page": {"1"}}
	var done quiet.Baton
	go func() {
		_ = q.Encode() // want race
		done.Pass()
	}()
	done.Await()
	q.Add("sort", "name") // want race
}

// Default headers of a client are cloned for a request and changed by another one.
func TestRaceDefaultHeaders(t *testing.T) {
	defaults := http.Header{"Accept": {"text/html"}}
	var done quiet.Baton
	go func() {
		r := &http.Request{Header: defaults.Clone()} // want race
		_ = r
		done.Pass()
	}()
	done.Await()
	defaults["Accept"] = []string{"application/json"} // want race
}

// Handler with a lock.
func TestNoRaceHandlerLocked(t *testing.T) {
	var mu sync.Mutex
	visits := map[string]int{}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		visits[r.URL.Path]++
		fmt.Fprint(w, visits[r.URL.Path])
	})
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}()
	}
	wg.Wait()
}

// Middleware that clones the request: each goroutine has a header of its own.
func TestNoRaceRequestClone(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		r2 := r.Clone(r.Context())
		wg.Add(1)
		go func() {
			defer wg.Done()
			r2.Header.Set("X-Trace", "1")
		}()
	}
	r.Header.Set("X-Trace", "0")
	wg.Wait()
}

// Handlers that only use what belongs to their request.
func TestNoRaceHandlerLocalMaps(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		q.Set("seen", "1")
		w.Header().Set("X-Query", q.Encode())
	})
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest("GET", "/?a=1", nil))
			w.Header().Del("X-Query")
		}()
	}
	wg.Wait()
}
