package inventory

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestTake has 8 goroutines try to take 80 mugs, of which there are 50.
func TestTake(t *testing.T) {
	inv := New(map[string]int{"mug": 50})
	defer inv.Close()

	var sold atomic.Int64
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 10; j++ {
				if inv.Take("mug") == nil {
					sold.Add(1)
				}
			}
		}()
	}
	wg.Wait()

	if sold, left := sold.Load(), inv.Level("mug"); sold != 50 || left != 0 {
		t.Errorf("sold %d mugs, %d left; want 50, 0", sold, left)
	}
}
