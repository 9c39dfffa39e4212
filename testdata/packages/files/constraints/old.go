// +build windows darwin,arm64

package constraints
