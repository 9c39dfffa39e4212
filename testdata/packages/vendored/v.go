package vendored

import _ "example.com/library"
import _ "example.com/library/sub"
import _ "example.com/replaced"
import _ "golang.org/x/net/http2"
