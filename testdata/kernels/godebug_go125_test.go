//go:build go1.25 && !go1.27

// Go 1.25 and 1.26 give a module with "go 1.21" the timer channels of that
// version, and with these testing/synctest refuses to run.

//go:debug asynctimerchan=0

package kernels
