package main

import _ "example.com/tests/base"
