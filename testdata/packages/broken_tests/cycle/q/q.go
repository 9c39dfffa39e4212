package q

import _ "example.com/broken_tests/cycle/p"
