package fields

type counter struct {
	name string
	hits map[string]int
	sub  struct{ misses map[string]int }
}

func newCounter() *counter {
	c := &counter{hits: map[string]int{}}
	c.sub.misses = map[string]int{}
	return c
}

func (c *counter) reset() { c.hits = map[string]int{} }

func zeroValue() {
	var c counter
	c.hits["a"]++ // want nil-map "c.hits is nil here: c was made without it"
}

func emptyLiteral() {
	c := counter{name: "x"}
	c.sub.misses["a"]++ // want nil-map "c.sub.misses is nil here"
}

func emptyPointer() *counter {
	c := &counter{name: "x"}
	c.hits["a"]++ // want nil-map "c.hits is nil here"
	return c
}

func byNew() *counter {
	c := new(counter)
	c.name = "x"
	c.hits["a"]++ // want nil-map "c.hits is nil here"
	return c
}

func setLater() *counter {
	c := new(counter)
	c.hits = map[string]int{}
	c.hits["a"]++
	return c
}

func resetLater() *counter {
	c := &counter{}
	c.reset()
	c.hits["a"]++
	return c
}

func prepare(c *counter) { c.hits = map[string]int{} }

func handedOver() *counter {
	c := &counter{}
	prepare(c)
	c.hits["a"]++
	return c
}

func handedOverByAddress() {
	var c counter
	prepare(&c)
	c.hits["a"]++
}

var last *counter

func keptElsewhere() {
	c := &counter{}
	last = c
	prepare(last)
	c.hits["a"]++
}

func wholeSet() {
	var c counter
	c = *newCounter()
	c.hits["a"]++
}

func checkedField(c *counter) {
	if c.hits == nil {
		prepare(c)
	}
	c.hits["a"]++
}

func checkedAndNotMade(c *counter) {
	if c.hits == nil {
		c.hits["a"]++ // want nil-map "c.hits is nil here: it was compared with nil"
	}
}

func pointerToPointer(c **counter) {
	(*c).hits["a"]++
}

func inLoop(names []string) []counter {
	var all []counter
	for _, name := range names {
		c := counter{name: name}
		c.hits[name] = 1 // want nil-map "c.hits is nil here"
		all = append(all, c)
	}
	return all
}
