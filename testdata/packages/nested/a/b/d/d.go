package d

import _ "example.com/nested/left/out"
import _ "example.com/nested/a/testdata/t"
