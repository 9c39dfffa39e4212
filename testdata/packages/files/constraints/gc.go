//go:build gc && !gccgo && !boringcrypto

package constraints

import _ "sync"
