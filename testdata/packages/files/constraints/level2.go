//go:build amd64.v2

package constraints

import _ "errors"
