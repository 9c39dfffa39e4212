package field

// Modules whose own benchmarks are run: go.mod pins them.
import (
	_ "github.com/patrickmn/go-cache"
	_ "github.com/prometheus/client_golang/prometheus"
)
