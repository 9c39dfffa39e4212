package usesoutside

import _ "example.com/tests/outside"
