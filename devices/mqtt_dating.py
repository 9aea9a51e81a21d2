"""Which readings of a message are new and which were stored somewhere before they came. Pure."""

from collections.abc import Sequence

import msgspec

from devices.mqtt_lag import CUFF, Age, Lag
from devices.reading import Cuff, Reading, Sample
from devices.wire.bedside import Decoded

_CUFF = "cuff"


class Dating:
    """What is known of one device's clock. Cuff readings have limits of their own."""

    __slots__ = ("_cuff", "_stream")

    def __init__(self) -> None:
        self._stream = Lag()
        self._cuff = Lag(CUFF)

    def date(self, said: Decoded, at: float, *, stored: bool) -> tuple[Reading, ...]:
        """The readings of a message received at `at`, history where they are.

        `stored`: the broker says so of the whole message. A cuff reading of a device whose clock
        nobody knows yet is undated: it counts where somebody waits for one.
        """
        told = said.device_time
        readings = said.readings(at, stored)
        if told is None:
            return readings
        streamed = [reading for reading in readings if not isinstance(reading, Cuff)]
        stream = self._stream.age_of(at, told) if streamed else Age.LIVE
        cuff = self._cuff.age_of(at, told) if len(streamed) < len(readings) else Age.LIVE
        if stored or (stream is Age.LIVE and cuff is Age.LIVE):
            return readings
        return tuple(
            _aged(reading, cuff if isinstance(reading, Cuff) else stream) for reading in readings
        )

    def date_burst(
        self, parts: Sequence[tuple[Decoded, bool]], at: float, *, stored: bool
    ) -> list[tuple[Reading, ...]]:
        """As date, for the parts of one message, oldest first; of those not new nothing is made.

        Of each metric only the newest can be live, and only it tells of the device's clock.
        """
        newer: set[str] = set()
        dated: list[tuple[Reading, ...]] = []
        for said, new in reversed(parts):
            readings = said.readings(at, stored)
            if new:
                aged = tuple(self._among(newer, reading, at) for reading in readings)
                dated.append(readings if stored else aged)
            else:
                dated.append(())
            newer |= {_name(reading) for reading in readings}
        return dated[::-1]

    def _among(self, newer: set[str], reading: Reading, at: float) -> Reading:
        """The reading of a burst of which we know the newer ones."""
        is_cuff = isinstance(reading, Cuff)
        told, lag = reading.device_time, self._cuff if is_cuff else self._stream
        beside_newer = _CUFF in newer if is_cuff else bool(newer - {_CUFF})
        age = Age.LIVE
        if told is not None:
            age = lag.compare(at, told) if beside_newer else lag.age_of(at, told)
        if age is Age.LIVE and _name(reading) in newer:
            age = Age.STORED
        return _aged(reading, age)


def _name(reading: Reading) -> str:
    if isinstance(reading, Sample):
        return reading.metric
    return _CUFF if isinstance(reading, Cuff) else type(reading).__name__


def _aged(reading: Reading, age: Age) -> Reading:
    if age is Age.LIVE:
        return reading
    if age is Age.UNKNOWN and isinstance(reading, Cuff):
        return msgspec.structs.replace(reading, history=True, undated=True)
    return msgspec.structs.replace(reading, history=True)
