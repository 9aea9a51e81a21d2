"""What a model says is what the real driver reads from the virtual radio, through bleak."""

import asyncio
from collections.abc import Sequence

import pytest

from devices.ble import BleDriver
from devices.reading import Beats, Cuff, Link, Metric, Reading, Reason, Sample, Validity
from simulators.instrument import Instrument
from simulators.live import Pace, play
from simulators.on_air import STANDARD, Makers, switched_on, transmitter, transmitters
from simulators.radio import VirtualRadio
from simulators.scenario import Scenario, load_scenario, parse_scenario
from simulators.ward import Ward, make_ward
from tests.support.jump_loop import run_jumping
from tests.support.radio_rows import radio_rows
from tests.support.recorder import START, Recorder
from tests.support.virtual_adapter import virtual

MIXED = """
    name = "mixed"
    description = "all that a device can say, in two minutes"
    [[events]]
    kind = "probe_off"
    after_s = 20
    for_s = 10
    [[events]]
    kind = "weak_signal"
    after_s = 40
    for_s = 10
    [[events]]
    kind = "link_loss"
    device = "strap"
    after_s = 50
    for_s = 20
    [[events]]
    kind = "measure"
    after_s = 25
    [[events]]
    kind = "measure"
    after_s = 95
    [[events]]
    kind = "cuff_fails"
    device = "cuff"
    after_s = 90
    for_s = 10
"""


def perform(
    scenario: Scenario, seconds: float, *, cuffs_sleep: bool = False, makers: Makers = STANDARD
) -> tuple[Ward, Recorder]:
    """A ward of one bed on the air for so many virtual seconds, and what the driver read."""

    async def main() -> tuple[Ward, Recorder]:
        read = Recorder()
        ward = make_ward([scenario], seed=3, starts_at=START)
        radio = VirtualRadio()
        adapter = await radio.adapter()
        on_air = transmitters(radio, ward.instruments, cuffs_sleep=cuffs_sleep, makers=makers)
        async with switched_on(on_air):
            driver = BleDriver(
                radio_rows(on_air, makers),
                read,
                (virtual(adapter),),
            )
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(driver.run(), name="driver")]
                tasks += [
                    group.create_task(play(one.device, one.voice, Pace(START)), name="player")
                    for one in on_air
                ]
                await asyncio.sleep(seconds)
                for task in tasks:
                    task.cancel()
        return ward, read

    return run_jumping(main())


def said(ward: Ward, since: float, until: float) -> list[Reading]:
    return [reading for _, readings in ward.told(since, until) for reading in readings]


def samples(
    readings: Sequence[Reading], metric: Metric
) -> list[tuple[float | None, Validity, Reason | None]]:
    return [
        (reading.value, reading.validity, reading.reason)
        for reading in readings
        if isinstance(reading, Sample) and reading.metric is metric
    ]


def pressures(cuffs: Sequence[Cuff]) -> list[tuple[float | None, ...]]:
    return [(r.systolic, r.diastolic, r.mean_pressure, r.pulse_rate) for r in cuffs]


@pytest.mark.parametrize("cuffs_sleep", [True, False])
def test_what_devices_say_is_what_the_driver_reads(cuffs_sleep: bool) -> None:
    ward, read = perform(parse_scenario(MIXED, "mixed"), 120, cuffs_sleep=cuffs_sleep)
    expected = said(ward, 0, 120)
    heard, told = samples(read.readings, Metric.SPO2), samples(expected, Metric.SPO2)
    assert len(heard) > 110
    assert heard == told[-len(heard) :]
    cuffs, told_cuffs = read.of(Cuff), [r for r in expected if isinstance(r, Cuff)]
    assert pressures(cuffs) == pressures(told_cuffs)
    assert [r.validity is Validity.VALID for r in cuffs] == [True, False]
    assert not read.rejected


@pytest.mark.parametrize("oximeters", ["Nonin 3230", "Viatom PC-60FW", "Viatom O2Ring S"])
def test_an_oximeter_of_a_maker_s_own_protocol_says_the_same(oximeters: str) -> None:
    ward, read = perform(parse_scenario(MIXED, "mixed"), 120, makers=Makers(oximeters))
    told = samples(said(ward, 0, 120), Metric.SPO2)
    heard = samples(read.readings, Metric.SPO2)
    assert len(heard) > 50
    assert {value for value, *_ in heard} <= {value for value, *_ in told}
    assert (None, Validity.UNAVAILABLE, Reason.SENSOR_OFF) in heard
    if oximeters == "Nonin 3230":  # the others do not tell a weak signal
        assert heard == told[-len(heard) :]


@pytest.mark.parametrize(
    "cuff", ["Beurer BM85", "boso medicus", "Omron HEM-7600T", "Yonker YK-IBPA1"]
)
def test_a_cuff_of_a_maker_s_own_ways_says_the_same(cuff: str) -> None:
    ward, read = perform(parse_scenario(MIXED, "mixed"), 120, makers=Makers(cuffs=cuff))
    told = [one for one in said(ward, 0, 120) if isinstance(one, Cuff)]
    heard = read.of(Cuff)
    assert {one.systolic for one in told} >= {one.systolic for one in heard} != set()
    assert (heard[0].systolic, heard[0].pulse_rate) == (told[0].systolic, told[0].pulse_rate)
    assert not heard[0].history


def test_beats_arrive_whole_to_the_resolution_of_the_strap() -> None:
    ward, read = perform(load_scenario("quiet"), 60, cuffs_sleep=False)
    heard = [beat for packet in read.of(Beats) for beat in packet.rr_ms]
    told = [beat for r in said(ward, 0, 60) if isinstance(r, Beats) for beat in r.rr_ms]
    assert len(heard) > 50
    assert heard == pytest.approx(told[-len(heard) :], abs=0.6)  # 1/1024 s


def test_a_device_out_of_range_is_lost_and_found_again() -> None:
    _, read = perform(parse_scenario(MIXED, "mixed"), 120, cuffs_sleep=False)
    links = [(link.up, round(link.at - START)) for link in read.of(Link, "strap-1")]
    assert [up for up, _ in links] == [True, False, True]
    assert links[1][1] == 50
    assert 70 <= links[2][1] < 85


def test_a_driver_that_is_stopped_as_its_scanner_begins_anew_ends() -> None:
    # The strap is out of range, so after twice 30 s of deafness the scanner is begun anew.
    _, read = perform(parse_scenario(MIXED, "mixed"), 60, makers=Makers("Nonin 3230"))
    assert read.of(Sample)


def test_only_devices_with_bluetooth_have_a_transmitter() -> None:
    async def main() -> None:
        ward = make_ward([load_scenario("quiet")], seed=1, starts_at=START)
        button: Instrument = ward.instruments[-1]
        with pytest.raises(ValueError, match="a button has no Bluetooth"):
            transmitter(VirtualRadio(), "C0:00:00:00:00:01", button)

    run_jumping(main())
