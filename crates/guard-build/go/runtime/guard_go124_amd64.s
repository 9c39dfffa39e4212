//go:build race && go1.24

#include "textflag.h"

// From Go 1.24 on internal/race calls these by other names.
#define ALIAS(name, to) \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0; \
	JMP	to<ABIInternal>(SB)

ALIAS(internal∕race·Acquire, runtime·raceacquire)
ALIAS(internal∕race·Release, runtime·racerelease)
ALIAS(internal∕race·ReleaseMerge, runtime·racereleasemerge)
ALIAS(internal∕race·ReadPC, runtime·racereadpc)
ALIAS(internal∕race·WritePC, runtime·racewritepc)
