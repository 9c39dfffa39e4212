package main_test

import _ "testing"
import _ "example.com/tests/command"
