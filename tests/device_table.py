"""docs/devices.md from the catalogue: `python -m tests.device_table > docs/devices.md`."""

import sys

from devices.catalog import GENERIC, MODELS, DeviceKind, DeviceModel, Evidence
from simulators.cuff_models import CUFFS
from simulators.oximeter_makers import MAKERS

_EVIDENCE = {
    Evidence.STANDARD: "the specification of its service",
    Evidence.CAPTURE: "frames captured from a device",
    Evidence.LAYOUT: "a frame layout only",
}
_AS_GENERIC = {"Spot-check Oximeter", "ChoiceMMed", "Omron", "Polar H7", "Polar H10"}
"""Models that send what the generic virtual device of their kind sends, under other conditions."""

_LIKE = {"Omron HEM-7322T": "as Omron HEM-7600T, without its records"}

_HEAD = """# Devices

Written by `python -m tests.device_table` from the catalogue (`devices/catalog*.py`); do not edit
it by hand. No row was tried on the device itself by us: "captured" means that frames which others
recorded from such a device are among our tests; "layout" means that we know how its frames are
built, from its maker or from other readers of it, and have seen none. Try yours before a patient
depends on it: `kat-monitor scan` names what is in range and prints the lines for config.toml,
`kat-monitor decode` shows what a frame means.

**Streams**: it sends about once a second, and its silence is a loss (T-LINK). **Delivers**: it
wakes, sends what it measured and what it still had stored, and sleeps; its silence says nothing
(T-NIBP-DUE watches cuffs). **Pairs**: `kat-monitor pair BED/DEVICE` once. A name in the last
column can be put on the air: `python -m simulators SCENARIO --radio usb:0 --oximeter "NAME"` (or
`--cuff`).

| model | kind | how it speaks | service, characteristics | rests on | virtual device |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Write the page to standard output."""
    sys.stdout.write(page())


def page() -> str:
    """The whole page."""
    rows = "".join(_row(model) for model in MODELS)
    notes = "".join(f"- **{model.name}**: {model.note}.\n" for model in MODELS if model.note)
    return f"{_HEAD}{rows}\n## What is particular\n{notes}"


def virtual_device(model: DeviceModel) -> str:
    """Which virtual device stands in for the model; empty where none does."""
    if model.name in MAKERS or model.name in CUFFS:
        return model.name
    if model.name in _LIKE:
        return _LIKE[model.name]
    if model in GENERIC.values() or model.name in _AS_GENERIC:
        return f"the standard {model.kind}"
    return ""


def _row(model: DeviceModel) -> str:
    speaks = "streams" if model.streams else "delivers"
    if model.bonds:
        speaks += ", pairs"
    names = f"{_uuid(model.service)}: {', '.join(map(_uuid, model.measurements))}"
    rests = _EVIDENCE[model.evidence]
    kind = {DeviceKind.STRAP: "heart strap"}.get(model.kind, model.kind.value)
    cells = (model.name, kind, speaks, names, rests, virtual_device(model) or "none")
    return f"| {' | '.join(cells)} |\n"


def _uuid(name: str) -> str:
    """Assigned numbers whole, a maker's UUID by its first digits."""
    return name if len(name) == len("2A35") else f"{name[:8]}…"


if __name__ == "__main__":
    main()
