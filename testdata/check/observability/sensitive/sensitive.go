// Package sensitive has keys that should not be logged.
package sensitive

import (
	"crypto/sha256"
	"fmt"
	"log"
	"log/slog"
)

type sessions struct{ byToken map[string]string }

func mask(s string) string { return s[:2] + "..." }

func (s *sessions) add(token, user string) {
	s.byToken[token] = user
	log.Printf("session %s for %s", token, user) // want sensitive-key "token is logged as it is"
}

func (s *sessions) addMasked(token, user string) {
	s.byToken[token] = user
	log.Printf("session %s for %s", mask(token), user)
	log.Printf("session %x", sha256.Sum256([]byte(token)))
}

func (s *sessions) addStructured(apiKey, user string) {
	s.byToken[apiKey] = user
	slog.Info("added", "key", apiKey) // want sensitive-key "apiKey is logged as it is"
}

func (s *sessions) addAttribute(password, user string) {
	s.byToken[password] = user
	slog.Info("added", slog.String("key", password)) // want sensitive-key "password is logged as it is"
}

func (s *sessions) addPlain(name, user string) {
	s.byToken[name] = user
	log.Println("added", name)
}

func (s *sessions) addQuiet(token, user string) {
	s.byToken[token] = user
	log.Println("added a session for", user)
}

type request struct{ Email string }

func (s *sessions) addField(r request) {
	s.byToken[r.Email] = "x"
	log.Println("added " + r.Email) // want sensitive-key "r.Email is logged as it is"
	_ = fmt.Sprint(r.Email)
}

func (s *sessions) countByTokenHash(tokenHash string) {
	s.byToken[tokenHash] = "x"
	log.Println(tokenHash)
}
