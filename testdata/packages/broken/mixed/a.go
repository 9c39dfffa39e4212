package mixed

import _ "fmt"
