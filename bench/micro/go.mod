module micro

go 1.21
