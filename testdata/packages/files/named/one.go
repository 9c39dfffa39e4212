//go:build ignore

package main

import _ "fmt"
