"""The flag column of a recording: the device's own words for values that do not count."""

import re
from functools import cache

_PRESSURES = frozenset({"sys", "dia", "map"})
_NAMED = {
    "spo2": frozenset({"spo2"}),
    "pr": frozenset({"pr"}),
    "hr": frozenset({"hr"}),
    "ecg": frozenset({"hr"}),
    "resp": frozenset({"resp"}),
    "rr": frozenset({"resp"}),
    "pi": frozenset({"pi"}),
    **dict.fromkeys(("nibp", "bp", *_PRESSURES), _PRESSURES),
}
_WORD = re.compile(rf"({'|'.join(_NAMED)})(na|nan|inv|invalid|missing|off|bad)?(?![a-z])")
_FINE = {"", "0", "0.0", "ok", "good", "valid", "normal", "false", "no", "none", "-"}
OXIMETER_FLAGGED = frozenset({"spo2", "pr"})


@cache
def read_flags(cell: str) -> frozenset[str]:
    """The columns whose values a flag takes away.

    A flag that names a value takes that one (spo2NA, pr=0, "HR invalid"); any other (invalid,
    sensor off) takes those of the oximeter: OXIMETER_FLAGGED.
    """
    words = [word for word in re.split(r"[\s;|,+/]+", cell.lower()) if word not in _FINE]
    if not words:
        return frozenset()
    named = [_NAMED[found[1]] for word in words if (found := _WORD.match(word))]
    return frozenset(name for names in named for name in names) or OXIMETER_FLAGGED
