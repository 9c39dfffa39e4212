module example.com/nested

go 1.25

ignore ./left/out

ignore (
	anywhere
)
