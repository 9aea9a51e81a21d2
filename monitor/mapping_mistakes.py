"""Do the mapping rows speak of beds and devices that exist, and each of something of its own?"""

from pathlib import Path

from monitor.config import Config, Mapping
from monitor.equipment import broker_devices
from monitor.mistakes import Mistake


def mapping_mistakes(config: Config, file: Path) -> list[Mistake]:
    """Every row of a bed or device that is not configured, and every row that stands twice."""
    devices: dict[str, set[str]] = {bed.id: set() for bed in config.bed}
    for bed, device in broker_devices(config):
        devices[bed.id].add(device.id)
    mistakes: list[Mistake] = []
    first: dict[object, int] = {}
    for number, row in enumerate(config.mqtt.mapping, start=1):
        key = f"mqtt.mapping[{number}]"
        mistakes += _stranger(row, devices, file, key)
        earlier = first.setdefault(_reads(row), number)
        if earlier != number:
            right = f"{row.metric} is read like this by mqtt.mapping[{earlier}]; take one away"
            mistakes.append(Mistake(file, key, None, right))
    return mistakes


def _stranger(row: Mapping, devices: dict[str, set[str]], file: Path, key: str) -> list[Mistake]:
    if row.bed is not None and row.bed not in devices:
        right = f"there is no such bed; there are {', '.join(devices)}"
        return [Mistake(file, f"{key}.bed", row.bed, right)]
    beds = devices if row.bed is None else {row.bed: devices[row.bed]}
    if row.device is None or any(row.device in there for there in beds.values()):
        return []
    there = sorted({device for known in beds.values() for device in known})
    who = "no bed has" if row.bed is None else f"bed {row.bed} does not have"
    right = f"{who} such an MQTT device; there are {', '.join(there) or 'none'}"
    return [Mistake(file, f"{key}.device", row.device, right)]


def _reads(row: Mapping) -> object:
    """What must differ between two rows: else the later one would silently win."""
    where = tuple(sorted((pointer, type(value), value) for pointer, value in row.where.items()))
    return (row.topic, row.bed, row.device, row.metric, row.each, where, row.pointer)
