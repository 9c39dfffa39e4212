package missing

import _ "example.com/broken/nowhere"
import _ "example.org/nowhere"
import _ "nowhere/std"
import _ "fmt"
