// Package values has values that are different each time.
package values

import (
	"math/rand"
	"sort"
	"strings"
	"time"
)

type cache struct {
	expires map[string]time.Time
	labels  map[string]string
	order   map[string][]string
	weight  map[string]int
}

func (c *cache) expiry(key string) {
	c.expires[key] = time.Now().Add(time.Hour) // want unstable-value/low "depends on the time"
}

func (c *cache) random(key string) {
	c.weight[key] = rand.Int() // want unstable-value/low "depends on a random number"
}

func (c *cache) stable(key string, at time.Time) {
	c.expires[key] = at.Add(time.Hour)
	c.weight[key] = len(key)
}

func (c *cache) unsorted(key string, labels map[string]string) {
	var parts []string
	for k, v := range labels {
		parts = append(parts, k+"="+v)
	}
	c.labels[key] = strings.Join(parts, ",") // want unstable-value "the order in which a map is gone through"
	c.order[key] = parts                     // want unstable-value/medium "the order in which a map is gone through"
}

func (c *cache) sorted(key string, labels map[string]string) {
	var parts []string
	for k, v := range labels {
		parts = append(parts, k+"="+v)
	}
	sort.Slice(parts, func(i, j int) bool { return parts[i] < parts[j] })
	c.labels[key] = strings.Join(parts, ",")
	c.order[key] = parts
}

func (c *cache) set(key, value string) { c.labels[key] = value }

func (c *cache) through(key string, labels map[string]string) {
	s := ""
	for k := range labels {
		s = s + k
	}
	c.set(key, s) // want unstable-value "the value s of c.labels depends on the order"
	c.set(key, "fixed")
}
