package sites

func directive(m map[string]int) {
//line grammar.y:100
	m["a"] = 1
	m["b"] = 2
//line directive.go:9
	m["c"] = 3
}
