package onlytests

import _ "testing"
import _ "example.com/tests/middle"
