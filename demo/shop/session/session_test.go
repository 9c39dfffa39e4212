package session

import (
	"fmt"
	"sync"
	"testing"
)

func TestSessions(t *testing.T) {
	s := NewStore()
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func(user string) {
			defer wg.Done()
			for j := 0; j < 20; j++ {
				token, err := s.Login(user)
				if err != nil {
					t.Error(err)
					return
				}
				if got, ok := s.Lookup(token); !ok || got != user {
					t.Errorf("Lookup after Login = %q, %v; want %q", got, ok, user)
				}
				s.Logout(token)
				if _, ok := s.Lookup(token); ok {
					t.Errorf("%s is still logged in after Logout", user)
				}
			}
		}(fmt.Sprintf("user-%d", i))
	}
	wg.Wait()
}
