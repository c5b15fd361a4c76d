"""`python -m aex_async`, which is the command `aex`."""

import sys

from aex_async.cli import main

if __name__ == "__main__":
    sys.exit(main())
