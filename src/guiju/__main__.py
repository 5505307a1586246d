"""`python -m guiju` is the command `guiju`."""

import sys

from guiju.cli import main

if __name__ == "__main__":
    sys.exit(main())
