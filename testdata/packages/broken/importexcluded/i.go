package importexcluded

import _ "example.com/broken/excluded"
