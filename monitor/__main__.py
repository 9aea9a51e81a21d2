"""`python -m monitor` is `kat-monitor`."""

import sys

from monitor.cli import main

sys.exit(main())
