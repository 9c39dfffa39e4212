package second_test

import _ "example.com/second/more"
