module example.com/Other/v2

go 1.19
