"""`python -m tests.study [SESSIONS]`: runs the study of the nausea index, writes its document.

It takes some minutes. With a number, so many sessions a row and no document.
"""

import sys
from pathlib import Path

from tests.study.document import document, recorded_part
from tests.study.recorded import artefact_errors, daily_life, spread, sums_in_the_head
from tests.study.rows import ROWS, SESSIONS, Result, run
from tests.study.sessions import PROFILE
from tests.support.shared import SHARED

TARGET = Path(__file__).parents[2] / "docs" / "nausea-index.md"


def main(arguments: list[str]) -> int:
    """Run it; 0 when done."""
    sessions = int(arguments[0]) if arguments else SESSIONS
    results: list[Result] = []
    for row in ROWS:
        results.append(run(row, sessions))
        print(results[-1], flush=True)
    if arguments:
        return 0
    recorded = ""
    if SHARED is not None:
        folder = SHARED / "recordings" / "rr"
        recorded = recorded_part(
            artefact_errors(folder), daily_life(folder), spread(folder), sums_in_the_head(folder)
        )
    watch = PROFILE.nausea_watch
    TARGET.write_text(document(watch.enter, watch.enter_s, results, recorded), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
