package middle

import _ "example.com/tests/base"
