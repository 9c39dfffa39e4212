// Package session keeps track of who is logged in.
package session

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
)

// A Store maps session tokens to user names. It may be used by several
// goroutines at once: the map is only touched with mu held.
type Store struct {
	mu    sync.RWMutex
	users map[string]string // by token
}

// NewStore returns a store in which nobody is logged in.
func NewStore() *Store {
	return &Store{users: make(map[string]string)}
}

// Login starts a session for the user and returns its token.
func (s *Store) Login(user string) (string, error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	token := hex.EncodeToString(raw)

	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[token] = user
	return token, nil
}

// Lookup returns the user whose session the token stands for.
func (s *Store) Lookup(token string) (user string, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	user, ok = s.users[token]
	return user, ok
}

// Logout ends the session. A token that is unknown is no error.
func (s *Store) Logout(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.users, token)
}
