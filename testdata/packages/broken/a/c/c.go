package c

import _ "example.com/broken/a/internal/b"
