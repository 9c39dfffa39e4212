package other

import _ "os"
