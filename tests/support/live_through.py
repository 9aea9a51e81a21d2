"""A simulated ward fed straight to the alarm engines, without any radio, broker or clock."""

from collections import deque

from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from monitor.demo.past import orders_of
from monitor.demo.stage import config_of
from monitor.equipment import bed_setups
from monitor.profile import load_profile
from simulators.ward import Ward


def live_through(ward: Ward, until: float) -> tuple[dict[str, BedEngine], list[AlarmEvent]]:
    """The engines of a ward that has lived from its past to `until`, and all they said."""
    profile = load_profile("default")
    engines = {setup.bed: BedEngine(setup, profile) for setup in bed_setups(config_of(ward))}
    orders, events = deque(orders_of(ward)), list[AlarmEvent]()
    for at, readings in ward.told(ward.watched_from, until):
        while orders and orders[0][1].at <= ward.starts_at + at:
            bed, order = orders.popleft()
            events += engines[bed].command(order)
        for reading in readings:
            events += engines[reading.bed].observe(reading)
    return engines, events
