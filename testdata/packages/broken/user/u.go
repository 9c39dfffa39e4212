package user

import _ "example.com/broken/command"
import _ "internal/abi"
import _ "example.com/broken/a/internal/b"
