module types

go 1.27
