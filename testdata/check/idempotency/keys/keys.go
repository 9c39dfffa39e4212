// Package keys has keys that are different each time, and some that are not.
package keys

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

type event struct{ name string }

type log struct {
	mu     sync.Mutex
	events map[string]event
	byTime map[int64]event
	byID   map[string]event
	cache  map[string][]byte
	counts map[int]int
}

// Nobody can find the entry again: the key is nowhere else.
func (l *log) lost(e event) {
	l.events[time.Now().String()] = e // want unstable-key "depends on the time"
}

func (l *log) lostThroughVariable(e event) {
	now := time.Now().UnixNano()
	l.byTime[now] = e // want unstable-key "the key now of l.byTime depends on the time"
}

func (l *log) lostID(e event) {
	l.byID[uuid.NewString()] = e // want unstable-key "depends on a new id"
}

func (l *log) lostRandom(e event) {
	key := strconv.FormatInt(rand.Int63(), 36)
	l.byID[key] = e // want unstable-key "depends on a random number"
}

// The id is given to whoever asked: that is how ids come about.
func (l *log) kept(e event) string {
	id := uuid.New().String()
	l.byID[id] = e // want unstable-key/medium "depends on a new id"
	return id
}

func newKey(prefix string) string { return prefix + "-" + uuid.NewString() }

func (l *log) throughFunction(e event) {
	l.byID[newKey("event")] = e // want unstable-key "depends on a new id"
}

func name(e event) string { return strings.ToLower(e.name) }

func (l *log) stable(e event) {
	l.events[name(e)] = e
	l.events[e.name+"/"+strconv.Itoa(len(e.name))] = e
	l.events[fmt.Sprintf("%s-%d", e.name, 1)] = e
}

// Windows of time are meant to be shared.
func (l *log) window(e event) {
	l.events[time.Now().Format("2006-01-02 15")] = e // want unstable-key/low "depends on the time"
	l.counts[time.Now().Hour()]++                    // want unstable-key/low "depends on the time"
	l.counts[rand.Intn(6)]++                         // want unstable-key/low "depends on a random number"
}

func (l *log) fromEnvironment(e event) {
	l.events[os.Getenv("NAME")] = e // want unstable-key/low "depends on the environment"
}

func (l *log) fromHost(e event) {
	host, _ := os.Hostname()
	l.events[host] = e               // want unstable-key/low "depends on the machine's name"
	l.byTime[int64(os.Getpid())] = e // want unstable-key/low "depends on the process id"
}

func (l *log) unsorted(params map[string]string, body []byte) {
	var parts []string
	for k, v := range params {
		parts = append(parts, k+"="+v)
	}
	key := strings.Join(parts, "&")
	l.cache[key] = body // want unstable-key "depends on the order in which a map is gone through"
}

func (l *log) sorted(params map[string]string, body []byte) {
	var parts []string
	for k, v := range params {
		parts = append(parts, k+"="+v)
	}
	sort.Strings(parts)
	l.cache[strings.Join(parts, "&")] = body
}

func (l *log) sortedBySlices(params map[string]string, body []byte) {
	keys := slices.Collect(maps.Keys(params))
	slices.Sort(keys)
	l.cache[strings.Join(keys, "&")] = body
	l.cache[strings.Join(slices.Sorted(maps.Keys(params)), "&")] = body
}

func (l *log) collected(params map[string]string, body []byte) {
	keys := slices.Collect(maps.Keys(params))
	l.cache[strings.Join(keys, "&")] = body // want unstable-key "the order in which a map is gone through"
}

func (l *log) builder(params map[string]string, body []byte) {
	var b strings.Builder
	for k, v := range params {
		b.WriteString(k)
		b.WriteString(v)
	}
	l.cache[b.String()] = body // want unstable-key "the order in which a map is gone through"
}

func (l *log) concatenated(params map[string]string, body []byte) {
	key := ""
	for k := range params {
		key += k
	}
	l.cache[key] = body // want unstable-key "the order in which a map is gone through"
}

func (l *log) hashed(params map[string]string, body []byte) {
	h := sha256.New()
	for k, v := range params {
		fmt.Fprintf(h, "%s=%s", k, v)
	}
	l.cache[hex.EncodeToString(h.Sum(nil))] = body // want unstable-key "the order in which a map is gone through"
}

func (l *log) hashedOne(name string, body []byte) {
	h := fnv.New64a()
	h.Write([]byte(name))
	l.cache[strconv.FormatUint(h.Sum64(), 16)] = body
}

func (l *log) summed(params map[int]int, body []byte) {
	sum := 0
	for k := range params {
		sum += k
	}
	l.cache[strconv.Itoa(sum)] = body
}

func (l *log) printed(params map[string]string, body []byte) {
	// fmt sorts maps.
	l.cache[fmt.Sprint(params)] = body
}

func (l *log) each(params map[string]event) {
	for k, v := range params {
		l.events[k] = v
	}
}

func (l *log) elements(params map[string]event) {
	var all []string
	for k := range params {
		all = append(all, k)
	}
	for _, one := range all {
		l.events[one] = event{one}
	}
}

func joined(params map[string]string) string {
	var parts []string
	for k := range params {
		parts = append(parts, k)
	}
	return strings.Join(parts, ",")
}

func (l *log) joinedElsewhere(params map[string]string, body []byte) {
	l.cache[joined(params)] = body // want unstable-key "the order in which a map is gone through"
}

func joinSorted(parts []string) string {
	sort.Strings(parts)
	return strings.Join(parts, ",")
}

func (l *log) sortedElsewhere(params map[string]string, body []byte) {
	var parts []string
	for k := range params {
		parts = append(parts, k)
	}
	l.cache[joinSorted(parts)] = body
}

type options struct {
	name  string
	limit *int
}

type described struct{ limit *int }

func (described) String() string { return "described" }

func (l *log) addresses(o options, p *options, d described, body []byte) {
	l.cache[fmt.Sprintf("%v", o)] = body  // want unstable-key "depends on an address in memory"
	l.cache[fmt.Sprintf("%+v", p)] = body // want unstable-key "depends on an address in memory"
	l.cache[fmt.Sprintf("%p", p)] = body  // want unstable-key/medium "depends on an address in memory"
	l.cache[fmt.Sprint("x", o)] = body    // want unstable-key "depends on an address in memory"
	l.cache[fmt.Sprintf("%v", d)] = body  // it prints itself
	l.cache[fmt.Sprintf("%s", o.name)] = body
	l.cache[fmt.Sprintf("%v", o.name)] = body
}

func local(names []string) map[string]bool {
	seen := map[string]bool{}
	for range names {
		seen[uuid.NewString()] = true // want unstable-key/low "depends on a new id"
	}
	return seen
}

var started = time.Now()

func (l *log) onceForAll(e event) {
	l.events[started.String()] = e
}

func (l *log) parsed(id string, e event) error {
	u, err := uuid.Parse(id)
	if err != nil {
		return err
	}
	l.byID[u.String()] = e
	return nil
}

type session struct{ id string }

func newSession() *session { return &session{id: uuid.NewString()} }

var sessions = map[string]*session{}

func (s *session) register() {
	sessions[s.id] = s // want unstable-key/medium "depends on a new id"
}
