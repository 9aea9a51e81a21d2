"""The drivers and sinks of a service as planned parts: what `run` and `demo` have in common."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.status import BedStatus
from devices.ble import FRAMES_REMEMBERED, AdapterRow, BleDevice, BleDriver
from devices.mqtt import MESSAGES_REMEMBERED_S, MqttDevice, MqttDriver, MqttSettings
from monitor.alarm_topics import AlarmTopics
from monitor.broker_keeping import backlog_of, keep_asking
from monitor.broker_link import BrokerLink
from monitor.influx.settings import InfluxSettings
from monitor.influx.sink import InfluxSink
from monitor.pager.pager import Pager
from monitor.pager.settings import PagerSettings, first_page_after
from monitor.plan import PlannedPart
from monitor.radio_link import RadioLink
from monitor.seat import Seat, SeatState
from monitor.told_events import ToldEvents

if TYPE_CHECKING:
    from monitor.service import Service


def radio_part(
    devices: Sequence[BleDevice],
    adapters: Sequence[AdapterRow],
    *,
    name: str = "bluetooth",
) -> PlannedPart:
    """Bluetooth devices read through these adapters."""
    link = RadioLink(devices)

    async def run(service: "Service") -> None:
        await service.store.flush()  # else a part that is started again would not know its last
        since = service.clock.now() - FRAMES_REMEMBERED
        known = await asyncio.to_thread(service.reader.messages_since, since)

        def on_radio(up: bool, detail: str) -> None:
            service.desk.note_part("bluetooth", up=up, detail=detail)

        driver = BleDriver(link.devices, service.intake, adapters, known, on_radio)
        link.hold(driver)
        try:
            await driver.run()
        finally:
            link.let_go()

    return PlannedPart(name=name, run=run, radio=link)


def broker_part(
    settings: MqttSettings, devices: Sequence[MqttDevice], *, outage_s: float | None = None
) -> PlannedPart:
    """MQTT devices read from one broker, and alarms published there.

    `outage_s`: measure whether the broker keeps what devices send in so many seconds.
    """
    backlog = 0 if outage_s is None else backlog_of(devices, outage_s)
    link = BrokerLink(settings, devices)

    async def run(service: "Service") -> None:
        await service.store.flush()  # else a part that is started again would not know its last
        since = service.clock.now() - MESSAGES_REMEMBERED_S
        known = await asyncio.to_thread(service.reader.messages_since, since)
        up = asyncio.Event()

        def on_broker(is_up: bool, detail: str) -> None:
            service.report("broker", is_up, detail)
            if is_up:
                up.set()

        async def measure() -> None:
            await up.wait()
            note = partial(service.desk.note, "broker", "keeping")
            await keep_asking(settings, backlog, outage_s or 0.0, note)

        driver = MqttDriver(link.settings, link.devices, service.intake, on_broker, known)
        topics = AlarmTopics(settings.site, driver.publish)
        for bed, standing in standing_alarms(service).items():
            topics.begin(bed, standing)
        service.metrics.watch_lost_events(lambda: driver.events_lost)
        topics.hold()
        service.intake.listeners.append(topics)
        link.hold(driver, topics)
        try:
            await service.store.flush()  # what was decided before we listened is in the record now
            told = ToldEvents(service.plan.folder, service.reader)
            topics.release(await asyncio.to_thread(told.untold))
            async with asyncio.TaskGroup() as group:
                group.create_task(driver.run(), name="mqtt driver")
                keeping = told.keep(lambda: topics.confirmed(driver.events_waiting))
                group.create_task(keeping, name="told events")
                if backlog:
                    group.create_task(measure(), name="mqtt probe")
        finally:
            link.let_go()
            service.intake.listeners.remove(topics)

    return PlannedPart(name="mqtt", run=run, fault="broker", broker=link)


def standing_alarms(service: "Service") -> dict[str | None, list[AlarmEvent]]:
    """The standing alarms by bed, None for the site's own; also of beds that cannot judge."""
    intake = service.intake
    beds: list[str | None] = [None, *intake.seats]
    found: dict[str | None, list[AlarmEvent]] = {bed: [] for bed in beds}
    for alarm in intake.site.engine.status():
        found.setdefault(alarm.event.bed, []).append(alarm.event)  # T-ENGINE names its bed
    for bed, seat in intake.seats.items():
        if seat.state is SeatState.OK:
            found[bed] += (alarm.event for alarm in seat.engine.status().alarms)
    return found


def status_of(seat: Seat[BedEngine] | None) -> BedStatus | None:
    """The status of a bed, None where it is unknown or the bed is gone."""
    return seat.engine.status() if seat is not None and seat.state is SeatState.OK else None


def influx_part(settings: InfluxSettings) -> PlannedPart:
    """A copy of the record in an InfluxDB."""

    async def run(service: "Service") -> None:
        sink = InfluxSink(
            settings,
            folder=service.plan.folder,
            store=service.store,
            now=service.clock.now,
            on_fault=partial(service.report, "influx"),
        )
        await sink.run()

    return PlannedPart(name="influx", run=run, fault="influx")


def pager_part(settings: PagerSettings, medium_after_s: float | None = None) -> PlannedPart:
    """Pages to whoever is on call; `medium_after_s` in place of the profile's where given."""

    async def run(service: "Service") -> None:
        plan, seats = service.plan, service.intake.seats
        pager = Pager(
            settings,
            first_page_after(plan.profile.escalation, medium_after_s),
            store=service.store,
            folder=plan.folder,
            clock=service.clock,
            site=plan.label,
            label_of=service.label_of,
            status_of=lambda bed: status_of(seats.get(bed)),
            on_fault=service.report,
            on_note=service.metrics.count_page,
            armed=(lambda: service.screens.armed) if plan.watch_screens else None,
        )
        service.intake.listeners.append(pager)
        try:
            await pager.run()
        finally:
            service.intake.listeners.remove(pager)

    return PlannedPart(name="pager", run=run, fault="pager")
