package part

import _ "example.com/library/sub"
