"""How each maker's oximeter says what it measures: its service, its frames, its answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devices.wire import berrymed, contec, jks50f, nonin, o2ring, oxyii, pc60fw
from devices.wire.nonin import NoninStatus

Asked = Sequence[tuple[float, bytes]]
"""What a device was asked over its link, each with the seconds since."""

_STREAMS_FOR = 45.0  # seconds of a Contec after it was asked


@dataclass(frozen=True)
class Shown:
    """What an oximeter shows: SpO2 and perfusion in percent, pulse per minute, None for none."""

    spo2: int | None = None
    pulse: int | None = None
    perfusion: float = 3.2
    finger: bool = True
    searching: bool = False
    weak: bool = False
    battery: int = 80


def _silent(_shown: Shown) -> bytes:
    return b""


def _always(_asked: Asked) -> bool:
    return True


def _mute(_asked: Asked, _shown: Shown) -> bytes | None:
    return None


@dataclass(frozen=True)
class Maker:
    """`streams`: what it sends in a second once `started`; `answers`: what it says when asked."""

    advertised: str
    service: str
    notifies: str
    asked: str | None = None
    streams: Callable[[Shown], bytes] = _silent
    started: Callable[[Asked], bool] = _always
    answers: Callable[[Asked, Shown], bytes | None] = _mute


def _pc60fw(shown: Shown) -> bytes:
    waveform = pc60fw.pc60fw_frame(0x0F, bytes((0x02, 0x3B, 0x38, 0x35, 0x32, 0x2F)))
    measured = pc60fw.Pc60fwReading(
        shown.spo2 or 0,
        shown.pulse or 0,
        shown.perfusion,
        probe_off=not shown.finger,
        searching=shown.searching,
        battery=min(shown.battery // 25, 3),
    )
    mode = pc60fw.pc60fw_frame(0x0F, bytes((0x21, 2, 0, 0, 0)))
    battery = pc60fw.pc60fw_frame(0xF0, bytes((0x03, 3)))
    return waveform + bytes(measured) + waveform + mode + battery


def _berrymed(shown: Shown) -> bytes:
    packet = berrymed.BerryMedReading(
        shown.spo2, shown.pulse, no_finger=not shown.finger, searching=shown.searching
    )
    return bytes(packet) * 100


def _nonin(shown: Shown) -> bytes:
    states = {
        NoninStatus.ON_FINGER: shown.finger,
        NoninStatus.SEARCHING: shown.searching,
        NoninStatus.WEAK_SIGNAL: shown.weak,
        NoninStatus.LOW_BATTERY: shown.battery < 10,  # percent
    }
    status = NoninStatus(sum(state for state, holds in states.items() if holds))
    return bytes(nonin.NoninReading(shown.spo2, shown.pulse, shown.perfusion, status, 2.8))


def _contec(shown: Shown) -> bytes:
    waveform = contec.contec_frame(bytes((0xEB, 0, 3, 0x48, 9)))
    measured = contec.ContecReading(shown.pulse or 0, shown.spo2 or 0, shown.finger)
    return waveform * 2 + bytes(measured) + waveform


def _contec_started(asked: Asked) -> bool:
    return any(data == contec.CONTEC_START and ago < _STREAMS_FOR for ago, data in asked)


def _jks50f(shown: Shown) -> bytes:
    return bytes(jks50f.Jks50fReading(shown.finger, shown.spo2, shown.pulse, shown.perfusion))


def _o2ring(asked: Asked, shown: Shown) -> bytes | None:
    if o2ring.O2RingFrame.from_bytes(asked[-1][1]).command != o2ring.READ_SENSORS:
        return None
    measured = o2ring.O2RingReading(
        shown.spo2, shown.pulse, shown.perfusion, shown.finger, shown.battery
    )
    return bytes(o2ring.O2RingFrame(0, bytes(measured), reply=True))


def _oxyii(asked: Asked, shown: Shown) -> bytes | None:
    """It answers what it measures to who has greeted it and set it up."""
    questions = [oxyii.OxyiiFrame.from_bytes(data) for _, data in asked]
    last = questions[-1]
    commands = [question.command for question in questions]
    if last.command == oxyii.SETUP:
        return bytes(oxyii.OxyiiFrame(last.command, last.sequence, b"", reply=True))
    if commands[:2] != [oxyii.OPENING, oxyii.SETUP] or last.command != oxyii.LIVE:
        return None
    measured = oxyii.OxyiiReading(shown.spo2 or 0, shown.pulse or 0, shown.finger, shown.battery)
    waveform = bytes(range(100, 225))
    payload = bytes(measured)[:-2] + len(waveform).to_bytes(2, "little") + waveform
    return bytes(oxyii.OxyiiFrame(last.command, last.sequence, payload, reply=True))


MAKERS: dict[str, Maker] = {
    "BerryMed": Maker(
        "BerryMed",
        berrymed.BERRYMED_SERVICE,
        berrymed.BERRYMED_NOTIFIES,
        streams=_berrymed,
    ),
    "Contec CMS50D-BT": Maker(
        "SpO2080001",
        contec.CONTEC_SERVICE,
        contec.CONTEC_NOTIFIES,
        contec.CONTEC_ASKED,
        streams=_contec,
        started=_contec_started,
    ),
    "JKS50F": Maker(
        "OXIMETER",
        jks50f.JKS50F_SERVICE,
        jks50f.JKS50F_NOTIFIES,
        streams=_jks50f,
    ),
    "Nonin 3230": Maker(
        "Nonin3230_0001",
        nonin.NONIN_SERVICE,
        nonin.NONIN_NOTIFIES,
        streams=_nonin,
    ),
    "Viatom O2Ring": Maker(
        "O2Ring 0001",
        o2ring.O2RING_SERVICE,
        o2ring.O2RING_NOTIFIES,
        o2ring.O2RING_ASKED,
        answers=_o2ring,
    ),
    "Viatom O2Ring S": Maker(
        "S8-AW 0001",
        oxyii.OXYII_SERVICE,
        oxyii.OXYII_NOTIFIES,
        oxyii.OXYII_ASKED,
        answers=_oxyii,
    ),
    "Viatom PC-60FW": Maker(
        "PC-60FW 0001",
        pc60fw.PC60FW_SERVICE,
        pc60fw.PC60FW_NOTIFIES,
        streams=_pc60fw,
    ),
}
"""By the names of the device catalogue."""
