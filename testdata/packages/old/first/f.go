package first

import _ "example.com/second"
