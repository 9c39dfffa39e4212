// Package comments allows findings, rightly and wrongly.
package comments

func beside() {
	var m map[string]int
	m["a"] = 1 //mapguard:allow nil-map because the caller recovers
}

func above() {
	var m map[string]int
	// The caller recovers.
	//mapguard:allow nil-map because the caller recovers
	// That is tested.
	m["a"] = 1
}

func notTheNextButOne() {
	var m map[string]int
	//mapguard:allow nil-map because of nothing // want allow "nil-map finds nothing in the next line"
	_ = m
	m["a"] = 1 // want nil-map "m is nil here"
}

func withoutReason() {
	var m map[string]int
	m["a"] = 1 //mapguard:allow nil-map // want allow "no reason is given for allowing nil-map"
}

func becauseOfNothing() {
	var m map[string]int
	m["a"] = 1 //mapguard:allow nil-map because // want allow "no reason is given"
}

func ofNoUse(m map[string]int) {
	m["a"] = 1 //mapguard:allow nil-map because it was so once // want allow "nil-map finds nothing in this line"
}

func wrongName() {
	var m map[string]int
	m["a"] = 1 //mapguard:allow nilmap because of it // want nil-map "m is nil" allow "there is no rule nilmap"
}

func noRule(m map[string]int) {
	m["a"] = 1 //mapguard:allow // want allow "no rule is named"
}

func several() {
	var m map[string]int
	m["a"] = 1 //mapguard:allow nil-map,other because it is tested // want allow "there is no rule other"
}

func otherWord(m map[string]int) {
	m["a"] = 1 //mapguard:allowance is not ours
}
