"""Rows for tests, and a store opened the way the service opens it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from alerts.event import AlarmEvent, AlarmKind, Cause, Change, Presence, Priority, Signal
from devices.reading import Metric, Origin, Reading, Sample
from monitor.store.reader import Reader
from monitor.store.rows import EventRow, InputRow
from monitor.store.store import Store

Answer = TypeVar("Answer")

START = 1795406720.0


def sample(
    at: float = START, value: float = 97.0, *, bed: str = "B1", device: str = "ox"
) -> Sample:
    return Sample(at=at, bed=bed, device=device, metric=Metric.SPO2, value=value)


def stored_sample(*, at: float, device_time: float, value: float = 90.0) -> Sample:
    return Sample(
        at=at,
        bed="B1",
        device="ox",
        metric=Metric.SPO2,
        value=value,
        history=True,
        device_time=device_time,
    )


def reading_row(seq: int, reading: Reading, session: str | None = None) -> InputRow:
    kind = str(reading.__struct_config__.tag)
    return InputRow(seq, reading.at, reading.bed, session, kind, msgspec.json.encode(reading))


def sample_row(seq: int, at: float | None = None) -> InputRow:
    return reading_row(seq, sample(START + seq if at is None else at))


def alarm(
    onset: int = 1,
    n: int = 1,
    *,
    seq: int = 1,
    at: float = START,
    bed: str | None = "B1",
    session: str | None = None,
    change: Change = Change.START,
    value: float | None = 82.0,
) -> EventRow:
    occurrence = f"{bed or 'site'}:O2-LO:{onset}"
    return EventRow(
        AlarmEvent(
            at=at,
            id=f"{occurrence}:{n}",
            seq=seq,
            bed=bed,
            session=session,
            occurrence=occurrence,
            condition="O2-LO",
            kind=AlarmKind.PHYSIOLOGICAL,
            priority=Priority.MEDIUM,
            change=change,
            cause=Cause.READINGS,
            presence=Presence.ABSENT if change is Change.END else Presence.PRESENT,
            signal=Signal.ON,
            value=value,
            limit=90.0,
            metric=Metric.SPO2,
            text="SpO2 82 < 90",
            origin=Origin.TEST,
        )
    )


@asynccontextmanager
async def running(
    folder: Path, on_fault: Callable[[bool, str], None] | None = None
) -> AsyncGenerator[Store]:
    """A store that writes on the running loop; opened in a thread, as opening blocks."""
    store = await asyncio.to_thread(Store.open, folder, on_fault=on_fault)
    async with store:
        yield store


async def ask(folder: Path, query: Callable[[Reader], Answer]) -> Answer:
    """The answer of a fresh reader, in a thread."""

    def read() -> Answer:
        with Reader(folder) as reader:
            return query(reader)

    return await asyncio.to_thread(read)


def all_seqs(reader: Reader) -> list[int]:
    return [row.seq for row in reader.inputs_after(0, None)]
