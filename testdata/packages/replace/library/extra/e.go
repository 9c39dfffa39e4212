package extra

import _ "example.com/library/nested"
