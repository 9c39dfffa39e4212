//go:build race

package constraints

import _ "time"
