//go:build unix

package constraints

import _ "syscall"
