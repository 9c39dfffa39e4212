package other_test

import _ "example.com/tests/other"
import _ "example.com/tests/base"
