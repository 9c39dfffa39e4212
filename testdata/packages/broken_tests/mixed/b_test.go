package another

import _ "os"
