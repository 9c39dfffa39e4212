package main

import _ "testing"
import _ "example.com/tests/middle"
