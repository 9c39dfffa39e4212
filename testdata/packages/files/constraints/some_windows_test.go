package constraints_test

import _ "testing"
