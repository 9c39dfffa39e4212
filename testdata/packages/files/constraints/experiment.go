//go:build goexperiment.swissmap || goexperiment.jsonv2

package constraints

import _ "bytes"
