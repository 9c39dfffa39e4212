module example.com/library/nested
