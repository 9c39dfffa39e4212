package main

import _ "example.com/files/cgo"

func main() {}
