this is no Go
