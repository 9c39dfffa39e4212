package library

import _ "example.com/indirect"
