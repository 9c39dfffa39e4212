package constraints

import _ "testing"
