package badimport

import os

var x int
