// Package retries has maps that grow in code that is run again.
package retries

import (
	"errors"
	"net/http"

	"github.com/IBM/sarama"
)

var (
	balances = map[string]int{}
	orders   = map[string][]string{}
	hits     = map[string]int{}
	done     = map[string]bool{}
)

func deposit(w http.ResponseWriter, r *http.Request) {
	balances[r.FormValue("account")] += len(r.FormValue("amount"))         // want retry-accumulate/medium "is added to in a handler"
	orders[r.FormValue("user")] = append(orders[r.FormValue("user")], "x") // want retry-accumulate/medium "is appended to in a handler"
	hits[r.URL.Path]++                                                     // want retry-accumulate/low "is counted up in a handler"
	set(r.FormValue("user"))
}

func set(user string) { balances[user] = 1 }

func localOnly(w http.ResponseWriter, r *http.Request) {
	words := map[string]int{}
	for _, word := range r.Header["Word"] {
		words[word]++
	}
}

type service struct {
	stock map[string]int
	ids   map[string]bool
}

func (s *service) handle(m *sarama.ConsumerMessage) error {
	s.stock[string(m.Key)] += len(m.Value) // want retry-accumulate "s.stock[string(m.Key)] is added to in a consumer"
	return nil
}

func (s *service) handleAppend(m *sarama.ConsumerMessage) {
	key := string(m.Key)
	orders[key] = append(orders[key], string(m.Value)) // want retry-accumulate "is appended to in a consumer"
}

func (s *service) handleOnce(m *sarama.ConsumerMessage) error {
	id := string(m.Key)
	if _, ok := s.ids[id]; ok {
		return nil
	}
	s.ids[id] = true
	s.stock[id] += len(m.Value) // want retry-accumulate/low "is added to in a consumer"
	return nil
}

func (s *service) handleSet(m *sarama.ConsumerMessage) {
	s.stock[string(m.Key)] = len(m.Value)
}

func (s *service) handleCount(m *sarama.ConsumerMessage) {
	s.stock[string(m.Key)]-- // want retry-accumulate/medium "is counted up in a consumer"
}

func work() error { return errors.New("not yet") }

func tries(user string) error {
	var err error
	for attempt := 0; attempt < 3; attempt++ {
		orders[user] = append(orders[user], "item") // want retry-accumulate "is appended to in a loop that tries again"
		if err = work(); err == nil {
			return nil
		}
	}
	return err
}

func triesRight(user string) error {
	var err error
	for attempt := 0; attempt < 3; attempt++ {
		if err = work(); err != nil {
			continue
		}
		orders[user] = append(orders[user], "item")
		return nil
	}
	return err
}

func ordinaryLoop(users []string) {
	for i := 0; i < len(users); i++ {
		orders[users[i]] = append(orders[users[i]], "item")
	}
}

func retry(f func() error) error { return f() }

func tried(user string) error {
	return retry(func() error {
		balances[user] += len(user) // want retry-accumulate "is added to in a function that is tried again"
		return work()
	})
}

func triedRight(user string) error {
	return retry(func() error {
		if err := work(); err != nil {
			return err
		}
		balances[user] += len(user)
		return nil
	})
}

func triedLocal(user string) error {
	return retry(func() error {
		sum := map[string]int{}
		sum[user] += 2
		return work()
	})
}

func registered() {
	visits := map[string]int{}
	totals := map[string][]int{}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		visits[r.URL.Path]++                 // want retry-accumulate/low "is counted up in a handler"
		totals["x"] = append(totals["x"], 1) // want retry-accumulate/low "is appended to in a handler"
	})
}
