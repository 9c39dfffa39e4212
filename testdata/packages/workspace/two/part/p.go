package part

import _ "example.com/four"
