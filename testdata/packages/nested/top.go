package nested

import _ "example.com/nested/a"
