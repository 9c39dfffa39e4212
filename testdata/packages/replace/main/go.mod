module example.com/replace

go 1.21

require (
	example.com/library v1.2.3
	example.com/Other/v2 v2.0.0 // indirect
	example.com/inside v0.0.1
)

replace (
	example.com/library => ../library
	"example.com/Other/v2" v2.0.0 => ../other
	example.com/inside => ./inside
)
