package name_test

import _ "testing"
