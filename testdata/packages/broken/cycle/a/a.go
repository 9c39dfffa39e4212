package a

import _ "example.com/broken/cycle/b"
