package two

import _ "example.com/one"
