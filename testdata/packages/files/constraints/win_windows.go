package constraints

import _ "os/exec"
