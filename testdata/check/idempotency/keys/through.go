package keys

import (
	"errors"
	"strings"

	"github.com/google/uuid"
)

type store struct{ items map[string]string }

func (s *store) put(key, value string) { s.items[key] = value }

func (s *store) putAll(prefix string, value string) { s.put(prefix+"!", value) }

func (s *store) putJoined(parts []string, value string) {
	s.items[strings.Join(parts, ",")] = value
}

func (s *store) putEach(names []string, value string) {
	for _, name := range names {
		s.items[name] = value
	}
}

func callers(s *store, params map[string]string) {
	s.put("fixed", "x")
	s.put(uuid.NewString(), "x")    // want unstable-key "the key uuid.NewString() of s.items depends on a new id"
	s.putAll(uuid.NewString(), "x") // want unstable-key "depends on a new id"
	var parts []string
	for k := range params {
		parts = append(parts, k)
	}
	s.putJoined(parts, "x") // want unstable-key "the order in which a map is gone through"
	s.putEach(parts, "x")
}

var requests = map[string]int{}

func send(key string) error { return errors.New(key) }

// Each attempt makes a new key: the other side cannot tell that it is the same request.
func newKeyForEachAttempt() error {
	var err error
	for attempt := 0; attempt < 3; attempt++ {
		key := uuid.NewString()
		requests[key] = attempt // want unstable-key "depends on a new id"
		if err = send(key); err == nil {
			return nil
		}
	}
	return err
}

func oneKeyForAllAttempts() error {
	key := uuid.NewString()
	var err error
	for attempt := 0; attempt < 3; attempt++ {
		requests[key] = attempt // want unstable-key/medium "depends on a new id"
		if err = send(key); err == nil {
			return nil
		}
	}
	return err
}

type item struct{ id string }

type shelf struct{ items map[string]*item }

// The key is kept in the item as well.
func (s *shelf) put(id string) *item {
	it := &item{id: id}
	s.items[id] = it
	return it
}

func putNew(s *shelf) *item {
	return s.put(uuid.NewString()) // want unstable-key/medium "depends on a new id"
}

type recent struct{ times map[string]bool }

func (r *recent) add() {
	r.times[uuid.NewString()] = true // want unstable-key/medium "depends on a new id"
}

func (r *recent) count() int { return len(r.times) }
