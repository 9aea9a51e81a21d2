"""Rows of oximeters that speak their makers' own protocols. All of them stream."""

from collections.abc import Callable

from devices.device_model import STREAM_SILENCE, DeviceKind, DeviceModel, Evidence
from devices.speech.berrymed import BerryMedSpeech
from devices.speech.contec import ContecSpeech
from devices.speech.jks50f import Jks50fSpeech
from devices.speech.nonin import NoninSpeech
from devices.speech.o2ring import O2RingSpeech
from devices.speech.oxyii import OxyiiSpeech
from devices.speech.pc60fw import Pc60fwSpeech
from devices.speech.talk import Speech
from devices.wire.berrymed import BERRYMED_NOTIFIES, BERRYMED_SERVICE
from devices.wire.contec import CONTEC_NOTIFIES, CONTEC_SERVICE
from devices.wire.jks50f import JKS50F_NOTIFIES, JKS50F_SERVICE
from devices.wire.nonin import NONIN_NOTIFIES, NONIN_SERVICE
from devices.wire.o2ring import O2RING_NOTIFIES, O2RING_SERVICE
from devices.wire.oxyii import OXYII_NOTIFIES, OXYII_SERVICE
from devices.wire.pc60fw import PC60FW_NOTIFIES, PC60FW_SERVICE


def _row(  # a row of a table
    name: str,
    *advertised: str,
    service: str,
    notifies: str,
    speech: Callable[[], Speech],
    evidence: Evidence,
    note: str,
) -> DeviceModel:
    return DeviceModel(
        name=name,
        kind=DeviceKind.OXIMETER,
        service=service,
        measurements=(notifies,),
        speech=speech,
        silence=STREAM_SILENCE,
        advertised=advertised,
        evidence=evidence,
        note=note,
    )


OXIMETERS: tuple[DeviceModel, ...] = (
    _row(
        "Viatom PC-60FW",
        "PC-60F",
        "KS-60FW",
        service=PC60FW_SERVICE,
        notifies=PC60FW_NOTIFIES,
        speech=Pc60fwSpeech,
        evidence=Evidence.CAPTURE,
        note="frames of all kinds captured, the bits for no finger and searching from its maker's "
        "own reader; tells its battery in quarters",
    ),
    _row(
        "BerryMed",
        "BerryMed",
        service=BERRYMED_SERVICE,
        notifies=BERRYMED_NOTIFIES,
        speech=BerryMedSpeech,
        evidence=Evidence.LAYOUT,
        note="BCI protocol 1.2 (BM1000C, BM1000E); no checksum; a hundred packets a second are "
        "thinned to about one, a loss is told at once",
    ),
    _row(
        "Nonin 3230",
        "Nonin3230",
        service=NONIN_SERVICE,
        notifies=NONIN_NOTIFIES,
        speech=NoninSpeech,
        evidence=Evidence.LAYOUT,
        note="its maker's characteristic; searching counts as no pulse; a low battery without a "
        "number is told as 10 percent",
    ),
    _row(
        "Viatom O2Ring",
        "O2Ring",
        "O2M",
        "CheckO2",
        "SleepO2",
        "SleepU",
        "WearO2",
        "KidsO2",
        "BabyO2",
        service=O2RING_SERVICE,
        notifies=O2RING_NOTIFIES,
        speech=O2RingSpeech,
        evidence=Evidence.CAPTURE,
        note="asked every 2 s; payloads captured, their envelope from its layout; not the O2Ring S",
    ),
    _row(
        "Viatom O2Ring S",
        "S8-AW",
        "T8520_",
        service=OXYII_SERVICE,
        notifies=OXYII_NOTIFIES,
        speech=OxyiiSpeech,
        evidence=Evidence.LAYOUT,
        note="asked every second after a greeting; its address changes with a factory reset",
    ),
    _row(
        "Contec CMS50D-BT",
        "SpO208",
        service=CONTEC_SERVICE,
        notifies=CONTEC_NOTIFIES,
        speech=ContecSpeech,
        evidence=Evidence.CAPTURE,
        note="its finger bit is contested (a sibling has bit 7 of the pulse there), so that its "
        "pulse is always questionable and a frame without the bit has no number: capture yours "
        "before you rely on it",
    ),
    _row(
        "JKS50F",
        service=JKS50F_SERVICE,
        notifies=JKS50F_NOTIFIES,
        speech=Jks50fSpeech,
        evidence=Evidence.LAYOUT,
        note="calls itself OXIMETER, as others do: name the model; 127 is its mark of no pulse",
    ),
)
"""By maker and model."""
