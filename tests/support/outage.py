"""Six beds on a real broker, and ten minutes in which nobody of us listened.

The absence is of the machine: the record is made to say that its last start was ten minutes ago in
another boot, so the service's timeline really goes on ten minutes later.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import httpx

from alerts.setup import BedSetup, DeviceRow
from devices.mqtt import MqttDevice, MqttSettings
from devices.reading import Metric, Origin, Reading, Report, Sample
from monitor.parts import broker_part
from monitor.plan import Plan
from monitor.profile import load_profile
from monitor.service import Service
from monitor.store.reader import Reader
from monitor.times import iso
from tests.monitor.web.ward import Ward
from tests.support.mqtt_peer import Peer

SITE = "clinic"
BEDS = tuple(f"B{number}" for number in range(1, 7))
OUTAGE_S = 600
CUFF_EVERY_S = 150
LOW, HIGH = 61.0, 205.0  # far beyond every limit: what the outage says


class Said(NamedTuple):
    """A message of a device in the outage: its topic, and how long after its begin it was said."""

    topic: str
    after_s: float
    payload: dict[str, Any]
    retain: bool = False


@asynccontextmanager
async def serving(folder: Path, broker_port: int) -> AsyncGenerator[Ward]:
    """The service of the six beds, connected to the broker and through with its backlog."""
    service = await asyncio.to_thread(lambda: Service(_plan(folder, broker_port)))
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(service.run(address.set_result), name="service")
    await asyncio.wait([running, address], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        address.cancel()
        await running
    url = await address
    try:
        async with httpx.AsyncClient(base_url=url) as http:
            ward = Ward(service, url, http)
            await until_broker(ward, up=True)
            yield ward
    finally:
        service.stop()
        await running


async def until_broker(ward: Ward, *, up: bool) -> None:
    """Wait until the service has said so of the broker."""
    async with asyncio.timeout(60):
        while True:
            parts = (await ward.http.get("/readyz")).json()["parts"]
            if "broker" in parts and parts["broker"]["up"] is up:
                return
            await asyncio.sleep(0.05)


def let_pass(folder: Path, seconds: float) -> None:
    """As if the machine had been off for so long since the service ended. Blocks."""
    connection = apsw.Connection(str(folder / "kat.db"))
    connection.execute(
        """UPDATE clock SET boot_id = 'an earlier one', wall = wall - ?
           WHERE n = (SELECT max(n) FROM clock)""",
        (seconds,),
    )
    connection.close()


def outage() -> list[Said]:
    """What six beds' devices say in the ten minutes, in order of time."""
    said: list[Said] = []
    for bed in BEDS:
        base = f"kat/{SITE}/{bed}"
        said += [
            Said(f"{base}/ox/reading", second, _pulse(second)) for second in range(OUTAGE_S - 30)
        ]
        pressures = {"systolic": HIGH, "diastolic": 130.0}
        said += [
            Said(f"{base}/cuff/reading", after, pressures)
            for after in range(0, OUTAGE_S - CUFF_EVERY_S, CUFF_EVERY_S)
        ]
    said.append(Said(f"kat/{SITE}/B1/ox/reading", 570.5, {"spo2": LOW}, retain=True))
    for bed, after in (("B1", 60), ("B2", 300), ("B3", 540)):
        topic = f"kat/{SITE}/{bed}/button/nausea"
        rating = {"id": f"n-{bed}", "source": "tablet", "kind": "nrs", "value": 8}
        said.append(Said(topic, after, rating))
    return sorted(said, key=lambda one: one.after_s)


async def publish(peer: Peer, said: list[Said], began_at: float | None) -> None:
    """Send everything at once; dated from `began_at`, or (None) as devices without a clock do.

    In between, devices say that they go and come.
    """
    for number, one in enumerate(said):
        payload = dict(one.payload)
        if began_at is not None:
            payload["device_time"] = iso_of(began_at + one.after_s)
        peer.send(one.topic, json.dumps(payload).encode(), retain=one.retain)
        if number % 500 == 0:
            word = b"offline" if number % 1000 == 0 else b"online"
            peer.send(f"kat/{SITE}/B1/ox/status", word, retain=True)
    await peer.publish(f"kat/{SITE}/B2/ox/status", b"offline", retain=True)


def _pulse(second: int) -> dict[str, Any]:
    """No two are the same: undated, one of them that comes with DUP would count as a copy."""
    return {"spo2": LOW, "pulse_rate": 190.0, "perfusion_index": round(1 + second / 100, 2)}


def history_of(folder: Path, bed: str) -> list[Reading]:
    """The stored readings of a bed that came as history, in order. Blocks."""
    with Reader(folder) as reader:
        readings = [stored.reading for stored in reader.readings_since(0, 100_000)]
    return [
        reading
        for reading in readings
        if reading.bed == bed and reading.history and not isinstance(reading, Report)
    ]


def saturations(readings: list[Reading]) -> list[Sample]:
    """The SpO2 among readings."""
    return [r for r in readings if isinstance(r, Sample) and r.metric is Metric.SPO2]


def iso_of(at: float) -> str:
    """As devices write their time."""
    return iso(at)


def _plan(folder: Path, broker_port: int) -> Plan:
    settings = MqttSettings(site=SITE, port=broker_port)
    rows = [
        MqttDevice(bed=bed, device=name, streams=name == "ox", silent_after=silent)
        for bed in BEDS
        for name, silent in (("ox", 10.0), ("cuff", None), ("button", None))
    ]
    return Plan(
        site=SITE,
        label="Clinic",
        station="Station",
        origin=Origin.REAL,
        beds=tuple(_bed(bed) for bed in BEDS),
        kinds={bed: {"ox": "oximeter", "cuff": "cuff", "button": "button"} for bed in BEDS},
        profile=load_profile("default"),
        folder=folder,
        port=0,
        watch_screens=False,
        parts=(broker_part(settings, rows),),
    )


def _bed(bed: str) -> BedSetup:
    pressures = (Metric.SYSTOLIC, Metric.DIASTOLIC)
    return BedSetup(
        bed=bed,
        label=f"Room {bed[1:]}",
        devices=(
            DeviceRow(id="ox", metrics=(Metric.SPO2, Metric.PULSE_RATE), required=True),
            DeviceRow(id="cuff", metrics=pressures, streams=False),
            DeviceRow(id="button", metrics=(Metric.NAUSEA,), streams=False),
        ),
    )
