//go:build x || (integration && !linux)

package constraints

import _ "bufio"
