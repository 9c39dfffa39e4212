//go:build go1.23

package keep

import "maps"

func init() {
	more = func() {
		maps.Insert(all, maps.All(map[string]bool{"a": true})) // want assign
	}
}
