package cgo

import _ "fmt"
