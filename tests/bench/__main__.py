"""Every measurement in turn: `./kat bench`, or `./kat bench NAME…` for some of them.

Each runs in a process of its own and prints its figures. On a shared machine only their ratios mean
anything; compare figures of one machine with each other.
"""

import subprocess
import sys
import time
from pathlib import Path

_FOLDER = Path(__file__).parent
_REPOSITORY = _FOLDER.parents[1]
NAMES = sorted(path.stem for path in _FOLDER.glob("*.py") if not path.stem.startswith("__"))
_WITHIN_S = 180.0  # each takes under a minute; a machine that needs more is too busy to measure on


def main(wanted: list[str]) -> int:
    """Run those named, else all; 0 if every one ended well, 2 for a name there is not."""
    unknown = sorted(set(wanted) - set(NAMES))
    if unknown:
        print(f"no measurement {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    failed = [name for name in wanted or NAMES if not measure(name)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def measure(name: str) -> bool:
    """Run one measurement and print how long it took; whether it ended well."""
    print(f"== {name}", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", f"tests.bench.{name}"]
    try:
        ended = subprocess.run(command, cwd=_REPOSITORY, timeout=_WITHIN_S, check=False)
    except subprocess.TimeoutExpired:
        print(f"   not done within {_WITHIN_S:.0f} s", flush=True)
        return False
    print(f"   took {time.monotonic() - started:.0f} s\n", flush=True)
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
