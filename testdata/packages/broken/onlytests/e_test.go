package onlytests

import _ "testing"
