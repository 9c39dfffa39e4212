// Package silent has changes of shared maps, with and without a trace.
package silent

import (
	"log"
	"log/slog"
	"sync"
)

type store struct {
	mu      sync.Mutex
	items   map[string]string
	metrics metrics
}

type metrics struct{}

func (metrics) Inc() {}

func (s *store) set(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[key] = value // want silent-write "s.items is shared and changes here without a log line"
}

func (s *store) setLogged(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[key] = value
	log.Printf("set %s", key)
}

func (s *store) setStructured(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[key] = value
	slog.Info("set", "key", key)
}

func (s *store) setCounted(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[key] = value
	s.metrics.Inc()
}

func newStore(defaults map[string]string) *store {
	s := &store{items: map[string]string{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, v := range defaults {
		s.items[k] = v
	}
	return s
}

var table = map[string]int{}

func setGlobal(key string) {
	table[key] = 1 // want silent-write "table is shared"
}

func local() {
	m := map[string]int{}
	m["a"] = 1
}
