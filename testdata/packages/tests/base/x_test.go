package base_test

import _ "testing"
import _ "example.com/tests/base"
import _ "example.com/tests/middle"
import _ "example.com/tests/other"
