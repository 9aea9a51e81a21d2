"""Random stories of a patient on the way out, for property tests; they begin at second 7300."""

from collections.abc import Callable

from hypothesis import strategies as st

from alerts.command import Command, ExtraDose, Gap, Oxygen, SensorsOff, Sign
from alerts.engine import BedEngine
from devices.reading import Reading
from tests.alerts.stories import Act, acts
from tests.alerts.timeline import PROFILE, SETUP, T
from tests.alerts.way_out import assessed, dissociation, escort, override, rating, ready, score

START = 7300.0
_READY = ready()[0].snapshot()
LINES = [
    "time",
    "pressure",
    "spo2",
    "heart_rate",
    "moaas",
    "dissociation",
    "nausea",
    "alarms",
    "walks",
    "escort",
    "no_driving",
]
Make = Callable[[float, BedEngine], Reading | Command | Gap | None]


def ready_bed() -> BedEngine:
    """A bed that is READY at second 7300."""
    return BedEngine.restore(SETUP, PROFILE, _READY)


@st.composite
def _leaving(draw: st.DrawFn) -> Act:
    after = draw(st.sampled_from([0.0, 1.0, 5.0, 20.0, 120.0, 700.0]))
    ok, of = draw(st.booleans()), draw(st.sampled_from(LINES))
    number = draw(st.integers(0, 5))
    makers: dict[str, Make] = {
        "sign": lambda s, _: Sign(at=T + s, by="Dr A"),
        "off": lambda s, _: SensorsOff(at=T + s, by="nurse"),
        "override": lambda s, _: override(s, of),
        "walks": lambda s, _: assessed(s, "walks", ok=ok),
        "dissociation": lambda s, _: dissociation(s, resolved=ok),
        "escort": lambda s, _: escort(s),
        "score": lambda s, _: score(s, number),
        "rating": lambda s, _: rating(s, number),
        "oxygen": lambda s, _: Oxygen(at=T + s, by="nurse", happened_at=T + s, on=ok),
        "dose": lambda s, _: ExtraDose(at=T + s, by="Dr A", given_at=T + s),
    }
    names = ["sign", "sign", "off", "off", *["override"] * 4, *sorted(makers)]
    return Act(after, makers[draw(st.sampled_from(names))])


LEAVING = st.lists(st.one_of(_leaving(), acts()), max_size=50)
