// Package results has maps that functions give.
package results

import (
	"errors"
	"log"
)

func namedResult(words []string) (counts map[string]int) {
	for _, word := range words {
		counts[word]++ // want nil-map "counts is nil here: it is a result"
	}
	return
}

func namedResultMade(words []string) (counts map[string]int, err error) {
	counts = make(map[string]int)
	for _, word := range words {
		counts[word]++
	}
	return
}

func always() map[string]int { return nil }

func fromAlways() {
	m := always()
	m["a"] = 1 // want nil-map "m is nil here: always gave nil"
}

func load(name string) (map[string]int, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return map[string]int{name: 1}, nil
}

func goesOn(name string) {
	m, err := load(name)
	if err != nil {
		log.Print(err)
	}
	m["a"] = 1 // want nil-map/medium "m may be nil here: on one way load gave nil"
}

func returnsEarly(name string) error {
	m, err := load(name)
	if err != nil {
		return err
	}
	m["a"] = 1
	return nil
}

func writesWithError(name string) {
	m, err := load(name)
	if err != nil {
		m["error"] = 1 // want nil-map "m is nil here: load gave nil"
	}
}

func makesWithError(name string) {
	m, err := load(name)
	if err != nil {
		m = map[string]int{}
	}
	m["a"] = 1
}

func sometimes(n int) map[string]int {
	if n == 0 {
		return nil
	}
	return map[string]int{}
}

func fromSometimes(n int) {
	m := sometimes(n)
	m["a"] = 1 // too little is known
}

type store struct{}

func (store) all() (map[string]int, bool) { return nil, false }

func fromMethod(s store) {
	m, _ := s.all()
	m["a"] = 1 // want nil-map "m is nil here: all gave nil"
}

type source interface{ all() map[string]int }

func fromInterface(s source) {
	m := s.all()
	m["a"] = 1
}

func errorIgnored(name string) {
	m, _ := load(name)
	if m == nil {
		return
	}
	m["a"] = 1
}

func loadOr(name string) (map[string]int, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return partial(name)
}

func partial(name string) (map[string]int, error) {
	return map[string]int{name: 1}, errors.New("half of it")
}

func fromPartial(name string) {
	m, err := loadOr(name)
	if err != nil {
		m["error"] = 1
	}
}

func otherError(name string) {
	m, err := load(name)
	if err != nil {
		return
	}
	err = errors.New("other")
	if err != nil {
		m["error"] = 1
	}
}
