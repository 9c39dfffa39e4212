module example.com/first

go 1.15

require example.com/second v1.0.0

replace example.com/second => ../nowhere
