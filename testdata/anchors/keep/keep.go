// Package keep is another package, whose writes are inlined into the main one and the other way round.
package keep

var all = map[string]bool{}

// more is set where the release has package iter.
var more = func() {}

// Put is inlined into other packages.
func Put(key string) {
	all[key] = true // want assign
}

// All is not.
//
//go:noinline
func All() {
	Put("all")
	more()
	for key := range all { // want clear
		delete(all, key)
	}
}
