package vendored

import _ "testing"
import _ "example.com/library/unlisted"
