package p

import _ "example.com/broken_tests/cycle/q"
