module example.com/broken_tests

go 1.21
