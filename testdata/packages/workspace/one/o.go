package one

import _ "example.com/two/part"
import _ "example.com/three"
