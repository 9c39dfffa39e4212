module example.com/vendored

go 1.24

require (
	example.com/library v1.2.3
	example.com/replaced v1.0.0
)

require example.com/indirect v0.1.0 // indirect

replace example.com/replaced => ./local
