"""`python -m deepfilter` is the command `deepfilter`."""

import sys

from ._command import main

sys.exit(main())
