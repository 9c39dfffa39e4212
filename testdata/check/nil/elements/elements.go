// Package elements has maps in maps, slices and arrays.
package elements

func grouped(rows [][2]string) map[string]map[string]int {
	groups := make(map[string]map[string]int)
	for _, row := range rows {
		groups[row[0]][row[1]]++ // want nil-map "groups[row[0]] is nil: no map is ever put into groups"
	}
	return groups
}

func groupedRight(rows [][2]string) map[string]map[string]int {
	groups := make(map[string]map[string]int)
	for _, row := range rows {
		if groups[row[0]] == nil {
			groups[row[0]] = make(map[string]int)
		}
		groups[row[0]][row[1]]++
	}
	return groups
}

func groupedByOk(rows [][2]string) {
	groups := map[string]map[string]int{}
	for _, row := range rows {
		if _, ok := groups[row[0]]; !ok {
			groups[row[0]] = map[string]int{}
		}
		groups[row[0]][row[1]]++
	}
}

func slice(n int) []map[string]int {
	shards := make([]map[string]int, n)
	shards[0]["a"] = 1 // want nil-map "shards[0] is nil: no map is ever put into shards"
	return shards
}

func sliceMade(n int) []map[string]int {
	shards := make([]map[string]int, n)
	for i := range shards {
		shards[i] = map[string]int{}
	}
	shards[0]["a"] = 1
	return shards
}

func sliceAppended(n int) {
	var shards []map[string]int
	for range n {
		shards = append(shards, map[string]int{})
	}
	shards[0]["a"] = 1
}

func fillAll(shards []map[string]int) {
	for i := range shards {
		shards[i] = map[string]int{}
	}
}

func sliceHandedOver(n int) {
	shards := make([]map[string]int, n)
	fillAll(shards)
	shards[0]["a"] = 1
}

func array(key string) {
	var byDay [7]map[string]int
	byDay[1][key]++ // want nil-map "byDay[1] is nil: no map is ever put into byDay"
}

func byParameter(groups map[string]map[string]int) {
	groups["a"]["b"] = 1
}

type index struct{ byUser map[string]map[string]bool }

func newIndex() *index { return &index{byUser: make(map[string]map[string]bool)} }

func (x *index) add(user, item string) {
	x.byUser[user][item] = true // want nil-map "x.byUser[user] is nil: no map is ever put into byUser"
}

type indexRight struct{ byUser map[string]map[string]bool }

func newIndexRight() *indexRight { return &indexRight{byUser: map[string]map[string]bool{}} }

func (x *indexRight) add(user, item string) {
	items := x.byUser[user]
	if items == nil {
		items = map[string]bool{}
		x.byUser[user] = items
	}
	x.byUser[user][item] = true
}

type indexLoaded struct{ byUser map[string]map[string]bool }

func newIndexLoaded(load func() map[string]map[string]bool) *indexLoaded {
	return &indexLoaded{byUser: load()}
}

func (x *indexLoaded) add(user, item string) { x.byUser[user][item] = true }

func literal() {
	m := map[string]map[string]int{"a": {}}
	m["a"]["b"] = 1
}
