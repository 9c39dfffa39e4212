package sites

var one = map[string]int{"a": 1, "b": 2}

var empty = map[string]int{}

var constants = map[string]int{
	"a": 1,
	"b": 1 +
		2,
	"c": len(
		"x"),
}

var mixed = map[string]int{
	"a": f(),
	"b": 2,
	"c": f(),
}

var many = map[string]int{
	"01": 1, "02": 1, "03": 1, "04": 1, "05": 1, "06": 1, "07": 1, "08": 1, "09": 1, "10": 1,
	"11": 1, "12": 1, "13": 1, "14": 1, "15": 1, "16": 1, "17": 1, "18": 1, "19": 1, "20": 1,
	"21": 1, "22": 1, "23": 1, "24": 1, "25": 1, "26": 1,
	"27": f(),
}

var manyStructs = map[key]int{
	{"01", ""}: 1, {"02", ""}: 1, {"03", ""}: 1, {"04", ""}: 1, {"05", ""}: 1, {"06", ""}: 1, {"07", ""}: 1,
	{"11", ""}: 1, {"12", ""}: 1, {"13", ""}: 1, {"14", ""}: 1, {"15", ""}: 1, {"16", ""}: 1, {"17", ""}: 1,
	{"21", ""}: 1, {"22", ""}: 1, {"23", ""}: 1, {"24", ""}: 1, {"25", ""}: 1, {"26", ""}: 1, {"27", ""}: 1,
	{"31", ""}: 1, {"32", ""}: 1, {"33", ""}: 1, {"34", ""}: 1, {"35", ""}: 1, {
		"36",
		"",
	}: 1,
}

var structs = map[string]key{
	"a": {
		"x",
		"y",
	},
	"b": {a: "x"},
	"c": {},
}

var interfaces = map[string]any{
	"a": 1,
	"b": nil,
	"c": "x",
}

var pointers = map[string]*key{
	"a": {},
	"b": nil,
}

var slices = map[string][]int{
	"a": {},
	"b": {1},
	"c": nil,
}

var nested = map[string]map[string]int{
	"a": {
		"b": 1,
		"c": 2,
	},
	"d": {},
}

var listed = []map[string]int{
	{"a": 1},
	{
		"b": 2,
	},
	nil,
}

func local(x, y string) map[string]int {
	return map[string]int{
		x:   1,
		y:   2,
		"c": f(),
		"d": 4,
	}
}
