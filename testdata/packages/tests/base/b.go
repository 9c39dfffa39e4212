package base

import _ "errors"
