package b

import _ "example.com/broken/cycle/c"
