"""Which readings of a message are new and which were stored somewhere before they came. Pure."""

import msgspec

from devices.mqtt_lag import CUFF, Age, Lag
from devices.reading import Cuff, Reading
from devices.wire.bedside import Decoded


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


def _aged(reading: Reading, age: Age) -> Reading:
    if age is Age.LIVE:
        return reading
    if age is Age.UNKNOWN and isinstance(reading, Cuff):
        return msgspec.structs.replace(reading, history=True, undated=True)
    return msgspec.structs.replace(reading, history=True)
