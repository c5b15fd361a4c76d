"""`python -m aex_async`, which is the command `aex`."""

import sys

from aex_async.cli import main

sys.exit(main())
