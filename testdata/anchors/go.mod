module anchors

go 1.21
