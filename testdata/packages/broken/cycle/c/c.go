package c

import _ "example.com/broken/cycle/a"
import _ "fmt"
