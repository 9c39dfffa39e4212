module example.com/one

go 1.21

require example.com/three v1.0.0

replace example.com/four => ./four
