package name_test_test

import _ "example.com/tests/name_test"
