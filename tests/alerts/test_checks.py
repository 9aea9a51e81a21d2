"""BP-CHECK: who asks for a repeated cuff reading, when it is due, and what ends it."""

from alerts.checks import Checks
from alerts.setup import BedSetup, DeviceRow
from alerts.status import CheckStatus, Task
from tests.alerts.timeline import BED, CUFF, PROFILE, T

STARTS = DeviceRow(id="cuff", metrics=CUFF.metrics, streams=False, can_start=True)
BY_HAND = BedSetup(bed=BED, devices=(CUFF,))
BY_ITSELF = BedSetup(bed=BED, devices=(STARTS,))


def checks(setup: BedSetup = BY_HAND) -> Checks:
    """The checks of a bed where nothing has been measured."""
    return Checks(setup, PROFILE.check)


def status(bed: Checks) -> CheckStatus:
    """The open check."""
    found = bed.status()
    assert found is not None
    return found


def task(bed: Checks) -> Task:
    """The open check as a task."""
    found = bed.task()
    assert found is not None
    return found


def test_a_check_opened_by_another_part_asks_at_once_and_has_its_deadline() -> None:
    bed = checks()
    bed.open(T, "VASOVAGAL")
    check = status(bed)
    assert (check.condition, check.due_from, check.due_until) == ("VASOVAGAL", T, T + 120)
    assert bed.deadline == T + 180
    assert (task(bed).kind, task(bed).due_at, task(bed).condition) == (
        "bp_check",
        T + 120,
        "VASOVAGAL",
    )


def test_a_repeat_is_never_due_within_a_minute_of_the_last_deflation() -> None:
    bed = checks()
    bed.deflate(T)
    bed.open(T + 20, "VASOVAGAL")
    assert status(bed).due_from == T + 60
    bed.deflate(T + 110)
    assert (status(bed).due_from, status(bed).due_until) == (T + 170, T + 170)


def test_a_second_cause_joins_the_check_and_inflates_nothing_more() -> None:
    bed = checks()
    for i in range(5):
        bed.open(T + i, f"CAUSE-{i}")
    assert status(bed).condition == "CAUSE-0"
    assert bed.state.asked == [T]


def test_three_extra_inflations_in_fifteen_minutes_then_by_hand() -> None:
    bed = checks()
    for i in range(3):
        bed.renew(T + i * 200, ["BP-SEV"])
        assert "measure by hand" not in status(bed).text
    bed.renew(T + 600, ["BP-SEV"])
    assert status(bed).text == "measure by hand"
    bed.renew(T + 900, ["BP-SEV"])
    assert status(bed).text == "repeat, patient silent, arm supported"


def test_a_cuff_that_can_be_started_is_asked_to_start() -> None:
    bed = checks(BY_ITSELF)
    bed.open(T, "BP-SEV")
    assert status(bed).start_device == "cuff"
    assert task(bed).text.startswith("repeats by itself")
    assert status(checks_opened(BY_HAND)).start_device is None


def checks_opened(setup: BedSetup) -> Checks:
    """The same with an open check."""
    bed = checks(setup)
    bed.open(T, "BP-SEV")
    return bed


def test_a_check_that_nobody_answered_stays_as_a_task_and_starts_nothing_any_more() -> None:
    bed = checks_opened(BY_ITSELF)
    bed.elapse(T + 180)
    assert task(bed).text == "NOT REPEATED: repeat, patient silent, arm supported"
    assert status(bed).start_device is None
    assert bed.deadline is None
    bed.open(T + 200, "RED-FLAG")
    assert bed.deadline == T + 380
