"""Invariant 17: a reading belongs to at most one session, whatever was assigned, moved or late."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.custody import Custody
from alerts.setup import BedSetup, DeviceRow
from devices.reading import Metric

BEDS = [
    BedSetup(bed=bed, devices=(DeviceRow(id="ox", metrics=(Metric.SPO2,)),))
    for bed in ("B1", "B2", "B3")
]
PLACES = st.lists(
    st.tuples(st.floats(0.5, 10), st.sampled_from(["B1", "B2", "B3", None])), max_size=12
)


@given(PLACES, st.floats(0, 130))
def test_invariant_17_a_reading_has_one_bed_at_most_the_one_that_had_its_device_then(
    places: list[tuple[float, str | None]], measured_at: float
) -> None:
    custody = Custody(BEDS)
    at, wanted = 0.0, "B1"
    for after_s, bed in places:
        at += after_s
        row = DeviceRow(id=f"ox-{at}", metrics=(Metric.SPO2,))
        custody.place(at, "B1", row, bed, "ox")
        if at <= measured_at:
            wanted = bed
    assert custody.owner("B1", "ox", measured_at).bed == wanted


@given(PLACES)
def test_invariant_17_no_two_beds_have_the_same_device_and_no_device_is_lost(
    places: list[tuple[float, str | None]],
) -> None:
    custody = Custody(BEDS)
    at = 0.0
    for n, (after_s, bed) in enumerate(places):
        at += after_s
        custody.place(at, "B1", DeviceRow(id=f"ox-{n}", metrics=(Metric.SPO2,)), bed, "ox")
    here = [home for bed in ("B1", "B2", "B3") for home in custody.homes(bed).values()]
    assert len(here) == len(set(here))
    nowhere = custody.whereabouts("B1", "ox").bed is None
    assert set(here) == {("B2", "ox"), ("B3", "ox")} | (set() if nowhere else {("B1", "ox")})
