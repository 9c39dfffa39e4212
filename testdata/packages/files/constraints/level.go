//go:build amd64.v1 || arm64.v8.0 || arm.7 || wasm.signext

package constraints

import _ "sort"
