package missing_test

import _ "example.com/broken_tests/nowhere"
