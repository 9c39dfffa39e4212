package one_test

import _ "example.com/one"
