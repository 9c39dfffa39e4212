package other

import _ "example.com/tests/middle"
import _ "fmt"
