// Package globals has maps in variables of the package.
package globals

import "encoding/json"

var never map[string]int

func addNever(key string) {
	never[key]++ // want nil-map "never is nil: nothing ever makes this variable"
}

var inInit map[string]int

func init() { inInit = make(map[string]int) }

func addInInit(key string) { inInit[key]++ }

var withValue = map[string]int{}

func addWithValue(key string) { withValue[key]++ }

// Exported may be set by other packages.
var Exported map[string]int

func addExported(key string) { Exported[key]++ }

var lazy map[string]int

func addLazy(key string) {
	if lazy == nil {
		lazy = make(map[string]int)
	}
	lazy[key]++
}

var read map[string]int

func loadRead(data []byte) error { return json.Unmarshal(data, &read) }

func addRead(key string) { read[key]++ }

var guarded map[string]int

func addGuarded(key string) {
	if guarded != nil {
		guarded[key]++
	}
	if len(guarded) > 0 {
		guarded[key]++
	}
}

var registry struct {
	hooks map[string]func()
}

func register(name string, f func()) {
	registry.hooks[name] = f // want nil-map "registry.hooks is nil: no code ever makes this field"
}

var setup map[string]int

func prepare() { setup = map[string]int{} }

func addSetup(key string) {
	if setup == nil {
		prepare()
	}
	setup[key]++
}

var nilTwice map[string]int = nil

func addNilTwice(key string) {
	nilTwice[key]++ // want nil-map "nilTwice is nil: nothing ever makes this variable"
}

var (
	first, second map[string]int
)

func addBoth(key string) {
	first, second = map[string]int{}, nil
	first[key]++
	second[key]++ // want nil-map "second is nil here: it was set to nil"
}

var received = <-channel

var channel = make(chan map[string]int, 1)

func addReceived(key string) { received[key]++ }
