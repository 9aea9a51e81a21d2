"""The demo's past: forty minutes and more of readings and commands, at their own times."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from alerts.command import Begin, Command, EndInfusion, GiveDose, TakeBaseline
from devices.reading import Beats, Origin, Reading, Sample
from simulators.scenario import Step
from simulators.ward import Ward, WardBed

if TYPE_CHECKING:
    from monitor.service import Service

_log = logging.getLogger(__name__)

BY = "demo nurse"
PROTOCOL = "iv"
DOSE_MG = 40.0
TELLING_S = 4.0  # real seconds that telling may take: the story begins after them
CAUGHT_UP_S = 1.0  # on a slow machine now never stands still: this close behind it is enough
RECENT_S = 40 * 60.0  # of the past is told whole; of what lies before,
QUIET_S = 6 * 60.0  # and so much before a dose: coarse beats would make no baseline of them
COARSE_S = 5  # streams are told at every so many seconds: often enough never to be stale
BREATH = 200  # words told between two breaths of the loop


async def tell_past(service: "Service", make_ward: Callable[[float], Ward]) -> Ward:
    """Let the service live through a ward's past; returns the ward, just past its second 0.

    `make_ward` makes it for the service time of its second 0. A record in which sessions are open
    has a past of its own: then the ward goes on from now.
    """
    now = service.clock.now()
    if any(seat.session is not None for seat in service.intake.seats.values()):
        return make_ward(now)
    ward = make_ward(now + TELLING_S * service.clock.speed)
    commands = deque(orders_of(ward))
    told_to, until = ward.watched_from, 0.0
    while until - told_to > CAUGHT_UP_S * service.clock.speed:
        await _tell(service, ward, commands, told_to, until)
        told_to, until = until, service.clock.now() - ward.starts_at
    await asyncio.sleep(-until / service.clock.speed)
    return ward


def orders_of(ward: Ward) -> list[tuple[str, Command]]:
    """What staff did until second 0, at every bed, in the order of time."""
    orders = [
        (bed.name, _command(step, ward.starts_at + at, ward, bed))
        for bed in ward.beds
        for at, step in bed.scenario.session.steps
    ]
    return sorted(orders, key=lambda order: order[1].at)


async def _tell(
    service: "Service",
    ward: Ward,
    commands: deque[tuple[str, Command]],
    since: float,
    until: float,
) -> None:
    """Everything after `since` and not after `until`, in the order of time."""
    dose_at = {bed.name: bed.scenario.session.dose_at for bed in ward.beds}
    for number, (at, readings) in enumerate(ward.told(since, until)):
        while commands and commands[0][1].at <= ward.starts_at + at:
            service.intake.order(*commands.popleft())
        whole = at >= -RECENT_S or _makes_baseline(at, readings, dose_at)
        if whole or round(at) % COARSE_S == 0 or not _streamed(readings):
            service.intake.receive(readings)
        if number % BREATH == 0:
            await asyncio.sleep(0)


def _streamed(readings: tuple[Reading, ...]) -> bool:
    """Whether a device will say as much again in a second."""
    return all(isinstance(reading, Sample | Beats) for reading in readings)


def _makes_baseline(
    at: float, readings: tuple[Reading, ...], dose_at: dict[str, float | None]
) -> bool:
    """Whether they are of the quiet minutes before the dose of their bed."""
    doses = {dose_at.get(reading.bed) for reading in readings}
    return any(dose is not None and dose - QUIET_S <= at <= dose for dose in doses)


def _command(step: Step, at: float, ward: Ward, bed: WardBed) -> Command:
    match step:
        case Step.BEGIN:
            return Begin(
                at=at,
                by=BY,
                session=f"{bed.name}-{ward.starts_at:.0f}",
                protocol=PROTOCOL,
                visit=f"D{bed.name.rpartition('-')[2]}",
                origin=Origin.DEMO,
            )
        case Step.BASELINE:
            return TakeBaseline(at=at, by=BY)
        case Step.DOSE:
            planned_s = bed.scenario.session.infusion_min * 60
            return GiveDose(at=at, by=BY, given_at=at, amount_mg=DOSE_MG, planned_s=planned_s)
        case Step.INFUSION_END:
            return EndInfusion(at=at, by=BY)
