module putall-go

go 1.27
