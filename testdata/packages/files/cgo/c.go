package cgo

/*
int one(void) { return 1; }
*/
import "C"

import "os"
