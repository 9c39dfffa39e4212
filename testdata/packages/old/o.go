package old

import _ "example.com/first"
