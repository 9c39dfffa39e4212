package base

import _ "testing"
import _ "strings"
