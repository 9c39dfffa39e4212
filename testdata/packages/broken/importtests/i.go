package importtests

import _ "example.com/broken/onlytests"
