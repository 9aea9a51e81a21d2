"""docs/nausea-index.md: what the study found, in words (the .md files beside this) and tables."""

import textwrap
from collections.abc import Sequence
from math import exp
from pathlib import Path

from tests.study.recorded import PIECE, Errors, Sum, reasons
from tests.study.rows import HIT_S, Result
from tests.study.sessions import Said

_FOLDER = Path(__file__).parent
_WIDTH = 138


def document(enter: float, enter_s: float, results: Sequence[Result], recorded: str) -> str:
    """The whole text; `recorded` is its last part."""
    made = (_FOLDER / "made.md").read_text(encoding="utf-8")
    words = made.format(
        enter=enter,
        enter_s=enter_s,
        sessions=results[0].sessions,
        hit=HIT_S,
        rows="".join(map(_row, results)),
        differences="\n".join(_differences(results)),
    )
    return words + recorded


def recorded_part(
    errors: Sequence[Errors],
    day: Sequence[Said],
    spread: tuple[float, float],
    sums: Sequence[Sum],
) -> str:
    """The text about recorded hearts."""
    watches = sum(len(one.watches) for one in day)
    faints = sum(len(one.faints) for one in day)
    text = (_FOLDER / "recorded.md").read_text(encoding="utf-8")
    return text.format(
        piece=PIECE,
        rows="".join(map(_errors, errors)),
        pieces=len(day),
        watches=watches,
        watches_each=watches / len(day),
        with_watch=sum(bool(one.watches) for one in day),
        faints=faints,
        faints_each=faints / len(day),
        missing=", ".join(f"{why} ({n} min)" for why, n in reasons(day).most_common()) or "none",
        mild=_percent(spread[0]),
        strong=_percent(spread[1]),
        people="".join(
            f"| {one.person} | {one.rate:+.0f} | {100 * (exp(one.change) - 1):+.0f} % |\n"
            for one in sums
        ),
    )


def _row(result: Result) -> str:
    seen = _percent(result.seen)
    if result.medium is not None:
        seen += f" ({_percent(result.medium)} at least MEDIUM)"
    return _line(
        result.row.name,
        seen,
        "-" if result.delay_s is None else f"{result.delay_s:.0f} s",
        f"{result.false_watches:.2f}",
        f"{result.false_faints:.2f}",
        _percent(result.blind),
        result.row.before,
    )


def _errors(errors: Errors) -> str:
    shown = (errors.at(0.5), errors.at(0.95), errors.signed[0], errors.signed[-1])
    pieces = errors.unavailable + len(errors.signed)
    return _line(
        _percent(errors.share),
        *(f"{100 * share:.1f} %" for share in shown),
        f"{errors.unavailable} of {pieces}",
    )


def _differences(results: Sequence[Result]) -> list[str]:
    """Where the figures differ from those of the prototype, and why as far as we know."""
    found = {name: _starting(results, name) for name in ("nausea, text", "nausea, half", "worst")}
    textbook, half, worst = found.values()
    heavy = _starting(results, "16 %")
    words = (
        (
            f"Textbook nausea is seen more often ({_percent(textbook.seen)}) and sooner "
            f"({textbook.delay_s or 0:.0f} s). We do not know how the prototype drew its onsets; "
            "ours take 1-3 min, and our baseline is the median of five quiet minutes. Neither is a "
            "real patient: the figure only says that a response of this size and steadiness is not "
            "missed."
        ),
        (
            f"Half of that response is seen in {_percent(half.seen)}. Whether a made-up patient is "
            "among them is decided by how strongly it was drawn to answer; it means no more than "
            '"less than half".'
        ),
        (
            f"The worst confounder raises {worst.false_watches:.2f} false watches a session: "
            "it *is* the textbook response, only nobody is sick. Nothing can tell them apart; "
            "this is the limit of the method, not of the code."
        ),
        (
            '"8 % ectopy" can be read in two ways. Where 8 % of the *intervals* belong to early '
            "beats, nothing is lost. Where 8 % of the *beats* are early, 16 % of the intervals are "
            f"refused, and the index has no value for {_percent(heavy.blind)} of the session, and "
            "says so. We do not know which one the prototype tried."
        ),
        (
            "No false watch in a quiet made-up session is what the prototype found as well, and it "
            "is too good: made-up hearts do not walk, laugh or cry. Recorded ones do (below)."
        ),
    )
    return [
        textwrap.fill(f"- {one}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
        for one in words
    ]


def _starting(results: Sequence[Result], name: str) -> Result:
    return next(result for result in results if result.row.name.startswith(name))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"
