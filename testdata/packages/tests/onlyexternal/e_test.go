package onlyexternal_test

import _ "testing"
