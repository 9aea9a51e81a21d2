"""Random stories of a bed: readings, people, clock, restarts, as a stateful hypothesis machine."""

from collections.abc import Callable

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from alerts.command import Assign, Cover, Gap, Inflating, Release
from devices.reading import Metric, Origin, Validity
from tests.alerts.invariants.people import People
from tests.alerts.invariants.world import Step, World
from tests.alerts.timeline import OXIMETER, cuff, link, malformed, value

Check = Callable[[World, Step], None]

SPO2 = st.sampled_from([78.0, 82.0, 86.0, 89.0, 91.0, 93.0, 95.0, 97.0, 97.0])
RATE = st.sampled_from([38.0, 44.0, 75.0, 75.0, 122.0, 133.0, 155.0])
PRESSURE = st.sampled_from(
    [(120, 80), (120, 80), (161, 99), (178, 107), (182, 112), (186, 114), (205, 122), (88, 50)]
)
VALIDITY = st.sampled_from([Validity.VALID, Validity.VALID, Validity.QUESTIONABLE])
SECONDS = st.sampled_from([2, 5, 12, 20])


class Bed(People):
    """What may happen at a bed; `check` looks at every step."""

    check: Check

    def __init__(self) -> None:
        super().__init__()
        self.world = World(type(self).check)

    @rule(seconds=SECONDS, spo2=SPO2, rate=RATE, validity=VALIDITY)
    def streams(self, seconds: int, spo2: float, rate: float, validity: Validity) -> None:
        """Both streams deliver once a second."""
        for _ in range(seconds):
            second = self.world.second
            self.world.give(value(second, Metric.SPO2, spo2, validity=validity))
            self.world.give(value(second, Metric.HEART_RATE, rate))
            self.world.wait(1)

    @rule(seconds=st.sampled_from([2, 9, 14, 40, 70, 200, 700]))
    def silence(self, seconds: int) -> None:
        """Nothing comes."""
        self.world.wait(seconds)

    @rule(seconds=SECONDS)
    def off_finger(self, seconds: int) -> None:
        """The oximeter says that it has nothing."""
        for _ in range(seconds):
            self.world.give(
                value(
                    self.world.second,
                    Metric.SPO2,
                    None,
                    validity=Validity.UNAVAILABLE,
                )
            )
            self.world.wait(1)

    @rule(pressure=PRESSURE, by_staff=st.booleans(), stored=st.booleans())
    def pressure(self, pressure: tuple[int, int], *, by_staff: bool, stored: bool) -> None:
        """A cuff reading: of the device, stored in it, or entered by a person."""
        device = "staff" if by_staff else "cuff"
        history = stored and not by_staff
        self.world.give(cuff(self.world.second, *pressure, device=device, history=history))

    @rule(up=st.booleans(), device=st.sampled_from(["ox", "strap"]))
    def link(self, device: str, *, up: bool) -> None:
        """A link goes up or down."""
        self.world.give(link(self.world.second, up=up, device=device))

    @rule()
    def inflating(self) -> None:
        """The cuff begins to measure."""
        self.world.give(Inflating(at=self.world.at, by="driver", device="cuff"))

    @rule(percent=st.sampled_from([5.0, 15.0, 80.0]))
    def battery(self, percent: float) -> None:
        """The oximeter tells its charge."""
        self.world.give(value(self.world.second, Metric.BATTERY, percent, device="ox"))

    @rule(spo2=SPO2)
    def foreign(self, spo2: float) -> None:
        """A demo reading in a real session."""
        demo = value(self.world.second, Metric.SPO2, spo2)
        self.world.give(msgspec.structs.replace(demo, origin=Origin.DEMO))

    @rule()
    def nonsense(self) -> None:
        """A frame that breaks its format."""
        self.world.give(malformed(self.world.second))

    @rule(on=st.booleans())
    def cover(self, *, on: bool) -> None:
        """The site's T-NET begins or stops to speak for this bed."""
        self.world.give(Cover(at=self.world.at, by="site", condition="T-NET", on=on))

    @rule(away_s=st.sampled_from([5.0, 45.0]), known=st.booleans())
    def gap(self, away_s: float, *, known: bool) -> None:
        """The service was away."""
        since = self.world.at
        self.world.second += away_s
        self.world.give(Gap(since=since, at=self.world.at, known=known))

    @rule()
    def restart(self) -> None:
        """kill -9, and back at once."""
        self.world.restart()

    @rule(back=st.booleans())
    def change_oximeter(self, *, back: bool) -> None:
        """The oximeter is taken away, or given back."""
        here = any(device.id == "ox" for device in self.world.engine.setup.devices)
        if back and not here:
            self.world.give(Assign(at=self.world.at, by="KM", device=OXIMETER))
        elif here and not back:
            self.world.give(Release(at=self.world.at, by="KM", device="ox"))


def hold(check: Check, *, examples: int = 30, steps: int = 40) -> None:
    """Run random stories; every step must pass the check."""
    machine = type("Checked", (Bed,), {"check": staticmethod(check)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
