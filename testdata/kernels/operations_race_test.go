package kernels

import (
	"sort"
	"testing"

	"kernels/internal/quiet"
)

// The pairs of map operations that conflict: at least one of them is a write.

// Memo table filled by two goroutines without a lock.
func TestRaceStoreStore(t *testing.T) {
	memo := map[int]int{}
	var done quiet.Baton
	go func() {
		memo[10] = 55 // want race
		done.Pass()
	}()
	done.Await()
	memo[20] = 6765 // want race
}

// Cache lookup after an unsynchronised fill.
func TestRaceStoreThenLookup(t *testing.T) {
	cache := map[string]string{}
	var done quiet.Baton
	go func() {
		cache["host"] = "10.0.0.1" // want race
		done.Pass()
	}()
	done.Await()
	_ = cache["host"] // want race
}

// Cache fill after an unsynchronised lookup: the reader comes first.
func TestRaceLookupThenStore(t *testing.T) {
	cache := map[string]string{"host": "10.0.0.1"}
	var done quiet.Baton
	go func() {
		_ = cache["host"] // want race
		done.Pass()
	}()
	done.Await()
	cache["port"] = "80" // want race
}

// Membership test with comma-ok against an insertion into the set.
func TestRaceCommaOk(t *testing.T) {
	seen := map[string]bool{}
	var done quiet.Baton
	go func() {
		seen["a"] = true // want race
		done.Pass()
	}()
	done.Await()
	if _, ok := seen["b"]; ok { // want race
		t.Error("b was never inserted")
	}
}

// Metrics dump ranges over the map while a new series is added later.
func TestRaceRangeThenStore(t *testing.T) {
	gauges := map[string]float64{"load": 0.5, "temp": 40}
	var done quiet.Baton
	go func() {
		sum := 0.0
		for _, v := range gauges { // want race
			sum += v
		}
		done.Pass()
	}()
	done.Await()
	gauges["fan"] = 1200 // want race
}

// Metrics dump that starts after another goroutine has added a series.
func TestRaceStoreThenRange(t *testing.T) {
	gauges := map[string]float64{"load": 0.5}
	var done quiet.Baton
	go func() {
		gauges["temp"] = 40 // want race
		done.Pass()
	}()
	done.Await()
	for range gauges { // want race
	}
}

// Session table: the janitor deletes expired sessions, the report ranges.
func TestRaceDeleteThenRange(t *testing.T) {
	sessions := map[int]string{1: "old", 2: "new"}
	var done quiet.Baton
	go func() {
		delete(sessions, 1) // want race
		done.Pass()
	}()
	done.Await()
	for id := range sessions { // want race
		if id == 1 {
			t.Error("session 1 is gone")
		}
	}
}

// Janitor that ranges and deletes, against a lookup.
func TestRaceExpireLoopThenLookup(t *testing.T) {
	expiry := map[string]int{"a": 1, "b": 9}
	var done quiet.Baton
	go func() {
		for k, at := range expiry {
			if at < 5 {
				delete(expiry, k) // want race
			}
		}
		done.Pass()
	}()
	done.Await()
	_ = expiry["b"] // want race
}

// Delete of a key that is not there is still a write.
func TestRaceDeleteAbsentKey(t *testing.T) {
	m := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		delete(m, "nope") // want race
		done.Pass()
	}()
	done.Await()
	_ = m["a"] // want race
}

// Cache reset with clear against a lookup.
func TestRaceClearThenLookup(t *testing.T) {
	cache := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		clear(cache) // want race
		done.Pass()
	}()
	done.Await()
	_ = cache["a"] // want race
}

// Lookup against a later clear.
func TestRaceLookupThenClear(t *testing.T) {
	cache := map[string]int{"a": 1}
	var done quiet.Baton
	go func() {
		_ = cache["a"] // want race
		done.Pass()
	}()
	done.Await()
	clear(cache) // want race
}

// The pre-clear idiom, which the compiler turns into one call.
func TestRaceDeleteAllLoop(t *testing.T) {
	cache := map[int]int{1: 1, 2: 2}
	var done quiet.Baton
	go func() {
		for k := range cache { // want race
			delete(cache, k) // want race
		}
		done.Pass()
	}()
	done.Await()
	_ = cache[1] // want race
}

// Request counter with ++, two handlers on one line.
func TestRaceIncrement(t *testing.T) {
	hits := map[string]int{}
	hit := func(path string) {
		hits[path]++ // want race
	}
	var done quiet.Baton
	go func() {
		hit("/")
		done.Pass()
	}()
	done.Await()
	hit("/")
}

// Accumulator with an assignment operator.
func TestRaceOpAssign(t *testing.T) {
	total := map[string]float64{}
	var done quiet.Baton
	go func() {
		total["eur"] += 1.5 // want race
		done.Pass()
	}()
	done.Await()
	total["eur"] *= 2 // want race
}

// Grouping into a map of slices.
func TestRaceAppendToEntry(t *testing.T) {
	byLen := map[int][]string{}
	var done quiet.Baton
	go func() {
		byLen[2] = append(byLen[2], "go") // want race
		done.Pass()
	}()
	done.Await()
	byLen[3] = append(byLen[3], "map") // want race
}

// Two entries swapped by a tuple assignment.
func TestRaceSwapEntries(t *testing.T) {
	slot := map[string]int{"front": 1, "back": 2}
	var done quiet.Baton
	go func() {
		slot["front"], slot["back"] = slot["back"], slot["front"] // want race
		done.Pass()
	}()
	done.Await()
	_ = slot["front"] // want race
}

// Struct values cannot be changed in place: read, modify, write back.
func TestRaceReplaceStructValue(t *testing.T) {
	type account struct{ balance int }
	accounts := map[string]account{"a": {10}}
	var done quiet.Baton
	go func() {
		a := accounts["a"] // want race
		a.balance -= 3
		accounts["a"] = a // want race
		done.Pass()
	}()
	done.Await()
	accounts["b"] = account{3} // want race
}

// An empty map is read: there is nothing in it, but it is the same object.
func TestRaceLookupInEmptyMap(t *testing.T) {
	m := make(map[string]int)
	var done quiet.Baton
	go func() {
		_ = m["a"] // want race
		done.Pass()
	}()
	done.Await()
	m["a"] = 1 // want race
}

// A large table that grows several times while it is loaded.
func TestRaceGrowingTable(t *testing.T) {
	table := map[int]int{}
	var done quiet.Baton
	go func() {
		for i := 0; i < 5000; i++ {
			table[i] = i * i // want race
		}
		done.Pass()
	}()
	done.Await()
	_ = table[70] // want race
}

// The entry selects a branch.
func TestRaceSwitchOnEntry(t *testing.T) {
	mode := map[string]string{"log": "text"}
	var done quiet.Baton
	go func() {
		mode["log"] = "json" // want race
		done.Pass()
	}()
	done.Await()
	switch mode["log"] { // want race
	case "text":
		t.Error("want json")
	}
}

// The usual way to print a map in order: collect the keys, then sort.
func TestRaceCollectKeys(t *testing.T) {
	stock := map[string]int{"nut": 4, "bolt": 5}
	var done quiet.Baton
	go func() {
		var keys []string
		for k := range stock { // want race
			keys = append(keys, k)
		}
		sort.Strings(keys)
		done.Pass()
	}()
	done.Await()
	stock["washer"] = 9 // want race
}

// Merge loop: the source of the merge is written later.
func TestRaceMergeLoopSource(t *testing.T) {
	defaults := map[string]string{"color": "blue"}
	var done quiet.Baton
	go func() {
		merged := map[string]string{}
		for k, v := range defaults { // want race
			merged[k] = v
		}
		done.Pass()
	}()
	done.Await()
	defaults["color"] = "red" // want race
}
