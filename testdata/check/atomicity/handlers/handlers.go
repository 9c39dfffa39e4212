// Package handlers: functions that serve requests, many at once.
package handlers

import (
	"net/http"
	"sync"
)

var visits = map[string]int{}

// Count has no lock at all.
func Count(w http.ResponseWriter, r *http.Request) {
	visits[r.URL.Path]++ // want unguarded-write "visits is written without a lock in a function that serves many requests"
}

type server struct {
	sessions map[string]string
	mu       sync.Mutex
	users    map[string]int
	routes   map[string]http.Handler
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	s.sessions[r.FormValue("id")] = r.FormValue("user") // want unguarded-write "s.sessions is written without a lock"
	s.count(r.FormValue("user"))
}

func (s *server) count(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[user]++
}

func (s *server) forget(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.users, user)
}

// ServeHTTP only reads what was registered before.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h, ok := s.routes[r.URL.Path]; ok {
		h.ServeHTTP(w, r)
	}
}

// Handle registers; the server does not run yet.
func (s *server) Handle(path string, h http.Handler) { s.routes[path] = h }

// Run registers literals.
func Run() error {
	hits := map[string]int{}
	var mu sync.Mutex
	safe := map[string]int{}
	s := &server{sessions: map[string]string{}, users: map[string]int{}, routes: map[string]http.Handler{}}
	http.HandleFunc("/login", s.login)
	http.HandleFunc("/hit", func(w http.ResponseWriter, r *http.Request) {
		hits[r.URL.Path]++ // want unguarded-write "hits is written without a lock in a function that serves many requests"
	})
	http.HandleFunc("/safe", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		safe[r.URL.Path]++
	})
	http.Handle("/own", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own := map[string]string{}
		own["path"] = r.URL.Path
		for k, v := range own {
			w.Header().Set(k, v)
		}
	}))
	return http.ListenAndServe(":8080", nil)
}
