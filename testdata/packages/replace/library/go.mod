module example.com/library

go 1.20

require example.com/Other/v2 v2.0.0
