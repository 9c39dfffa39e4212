package replace

import _ "example.com/inside"
import _ "example.com/library"
import _ "example.com/library/sub"
