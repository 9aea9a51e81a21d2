"""Rows of cuffs that speak their makers' own protocols. All of them wake only to deliver."""

from collections.abc import Callable
from functools import partial

from devices.device_model import DeviceKind, DeviceModel, Evidence
from devices.speech.omron import OmronMemory, OmronSpeech
from devices.speech.talk import Speech
from devices.speech.yonker import YonkerSpeech
from devices.wire.omron_memory import OMRON_NOTIFIES, OMRON_SERVICE, OMRON_UNLOCK
from devices.wire.yonker import YONKER_NOTIFIES, YONKER_SERVICE


def _row(  # a row of a table
    name: str,
    *,
    service: str,
    measurements: tuple[str, ...],
    speech: Callable[[], Speech],
    evidence: Evidence,
    note: str,
) -> DeviceModel:
    return DeviceModel(
        name=name,
        kind=DeviceKind.CUFF,
        service=service,
        measurements=measurements,
        speech=speech,
        evidence=evidence,
        note=note,
    )


def _omron(name: str, *users: int, records: int, records_seen: str) -> DeviceModel:
    return _row(
        name,
        service=OMRON_SERVICE,
        measurements=(*OMRON_NOTIFIES, OMRON_UNLOCK),
        speech=partial(OmronSpeech, OmronMemory(users, records)),
        evidence=Evidence.LAYOUT,
        note=f"its whole memory is read at each connection; {records_seen}, the conversation is"
        " from its layout; calls itself BLESmart_ as all Omron cuffs do: name the model; put it in"
        " pairing mode once, so that it learns our key",
    )


MAKERS_CUFFS: tuple[DeviceModel, ...] = (
    _omron("Omron HEM-7600T", 0x02AC, records=100, records_seen="records were captured"),
    _omron("Omron HEM-7322T", 0x02AC, 0x0824, records=100, records_seen="no record was seen"),
    _row(
        "Yonker YK-IBPA1",
        service=YONKER_SERVICE,
        measurements=(YONKER_NOTIFIES,),
        speech=YonkerSpeech,
        evidence=Evidence.CAPTURE,
        note="advertises no service; its clock tells minutes and is often wrong",
    ),
)
"""By maker and model."""
