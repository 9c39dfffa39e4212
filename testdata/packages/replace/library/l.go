package library

import _ "example.com/Other/v2/part"
