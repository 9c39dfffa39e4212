package outside_test

import _ "example.com/tests/outside"
import _ "example.com/tests/usesoutside"
