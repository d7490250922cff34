"""`python -m brinery`: the same verbs as the command."""

import sys

from brinery.cli import main

if __name__ == "__main__":
    sys.exit(main())
