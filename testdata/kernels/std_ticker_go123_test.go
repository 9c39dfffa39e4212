//go:build go1.23

package kernels

import (
	"testing"
	"time"
)

// One more situation of runtime/race/testdata/time_test.go. Up to Go 1.22 the
// race detector does not know that Ticker.Reset is an edge and may raise a false
// alarm here.

// The goroutine waits already when the ticker is set again.
func TestNoRaceStdTickerReset(t *testing.T) {
	m := map[string]int{}
	done := make(chan int)
	ticker := time.NewTicker(time.Hour)
	defer ticker.Stop()
	go func() {
		<-ticker.C
		m["ticked"] = 1
		done <- 1
	}()
	ticker.Stop()
	m["reset"] = 1
	ticker.Reset(time.Microsecond)
	<-done
	m["after"] = 1
}
