package first

import _ "example.com/third"
import _ "testing"
