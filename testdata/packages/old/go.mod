module example.com/old

go 1.15

require example.com/first v1.0.0

replace example.com/first => ./first

replace example.com/second => ./second

replace example.com/third v1.0.0 => ./nowhere

replace example.com/third => ./third
