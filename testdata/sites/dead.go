package sites

import "runtime"

const off = false

func dead(m map[string]int) {
	if off {
		m["a"] = 1
	} else {
		m["b"] = 1
	}
	if !off || f() > 0 {
		m["c"] = 1
	} else {
		m["d"] = 1
	}
	if runtime.GOOS == "plan9" && f() > 0 {
		delete(m, "e")
	}
	for off {
		m["f"] = 1
	}
	switch runtime.GOARCH {
	case "mips":
		m["g"] = 1
	case "amd64":
		m["h"] = 1
	default:
		m["i"] = 1
	}
	if off {
		goto label
	}
	if f() > 0 {
		panic("x")
		m["j"] = 1
	}
	for {
		if f() > 0 {
			break
		}
	}
	m["k"] = 1
	return
	m["l"] = 1
label:
	m["m"] = 1
}

func two() int { return 2 }

// What two returns is known when it has been inlined, and not before.
func inlined(m map[string]int) {
	if two() != 2 {
		m["x"] = 1
	}
}

func _(m map[string]int) {
	m["x"] = 1
}
