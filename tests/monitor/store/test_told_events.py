"""What the broker has confirmed of the alarm events, over runs of the service."""

import asyncio
from pathlib import Path

import pytest

from alerts.event import AlarmEvent, Change
from monitor.store.reader import Reader
from monitor.store.rows import EventRow
from monitor.told_events import AT_MOST, ToldEvents
from tests.monitor.store.conftest import Keep
from tests.monitor.test_alarm_topics import event


@pytest.fixture
def told(tmp_path: Path, reader: Reader) -> ToldEvents:
    return ToldEvents(tmp_path, reader)


def stored(keep: Keep, *numbers: int) -> list[AlarmEvent]:
    events = [event(Change.UPDATE, number) for number in numbers]
    keep([EventRow(event=one) for one in events])
    return events


def test_a_run_is_told_what_the_one_before_did_not_confirm(told: ToldEvents, keep: Keep) -> None:
    stored(keep, 1)
    assert told.untold() == []  # before there was MQTT there was nobody to tell
    events = stored(keep, 2, 3, 4)
    assert told.untold() == events
    told.note(events[1].id)
    told.note("never stored")
    assert told.untold() == events[2:]


def test_of_very_many_only_the_newest_are_published(told: ToldEvents, keep: Keep) -> None:
    assert told.untold() == []
    events = stored(keep, *range(1, AT_MOST + 4))
    assert told.untold() == events[3:]


def test_after_a_damaged_file_nothing_old_is_told(
    told: ToldEvents, keep: Keep, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stored(keep, 1, 2)
    (tmp_path / "mqtt-told.json").write_bytes(b"{")
    assert told.untold() == []
    assert "mqtt-told.json is damaged" in caplog.text
    assert told.untold() == []
    events = stored(keep, 3)
    assert told.untold() == events


async def test_the_end_of_a_run_notes_what_was_confirmed_last(told: ToldEvents, keep: Keep) -> None:
    await asyncio.to_thread(told.untold)
    events = await asyncio.to_thread(stored, keep, 1, 2)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(told.keep(lambda: events[0].id), name="told events")
        await asyncio.sleep(0)
        task.cancel()
    assert await asyncio.to_thread(told.untold) == events[1:]


async def test_a_disk_that_refuses_the_note_is_told_once_and_ends_nothing(
    told: ToldEvents, keep: Keep, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mqtt-told.new").mkdir()
    assert await asyncio.to_thread(told.untold) == []
    (event_, *_) = await asyncio.to_thread(stored, keep, 1)
    asked, twice = [0], asyncio.Event()

    def confirmed() -> str:
        asked[0] += 1
        if asked[0] > 2:  # so the first two were noted, and refused
            twice.set()
        return event_.id

    async with asyncio.TaskGroup() as group:
        task = group.create_task(told.keep(confirmed), name="told events")
        async with asyncio.timeout(20):
            await twice.wait()
        task.cancel()
    assert caplog.text.count("cannot be written") == 1
    await asyncio.to_thread((tmp_path / "mqtt-told.new").rmdir)
    assert await asyncio.to_thread(told.untold) == []
    assert (tmp_path / "mqtt-told.json").exists()


def test_a_file_that_cannot_be_read_ends_nothing(
    told: ToldEvents, keep: Keep, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stored(keep, 1, 2)
    (tmp_path / "mqtt-told.json").mkdir()
    assert told.untold() == []
    assert "mqtt-told.json cannot be read" in caplog.text
