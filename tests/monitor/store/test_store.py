"""Rows put on the loop become durable in order, and nobody has to wait for them."""

import asyncio
import logging
import math
import threading
from pathlib import Path

import apsw
import msgspec
import pytest

from devices.reading import Cuff, Validity
from monitor.store.errors import BadRowError, StoreFailedError, StoreUnusableError
from monitor.store.reader import Reader
from monitor.store.rows import InputRow, SnapshotRow
from monitor.store.schema import FILE_NAME
from monitor.store.store import Store
from tests.monitor.store.examples import (
    START,
    alarm,
    all_seqs,
    ask,
    reading_row,
    running,
    sample,
    sample_row,
)
from tests.support.jump_loop import JumpLoop, run_jumping


async def test_stored_is_called_on_the_loop_once_the_rows_are_durable(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        called = asyncio.get_running_loop().create_future()
        store.put([sample_row(1), sample_row(2)], lambda: called.set_result(threading.get_ident()))
        assert await called == threading.get_ident()
        assert await ask(tmp_path, all_seqs) == [1, 2]


async def test_ordinary_rows_become_durable_without_anyone_asking(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        store.put([sample_row(1)])
        assert store.rows_in_memory == 1
        async with asyncio.timeout(10):
            while store.rows_in_memory:  # noqa: ASYNC110 - an event would be a waiter: that is the other path
                await asyncio.sleep(0.01)
        assert await ask(tmp_path, all_seqs) == [1]


async def test_rows_that_wait_take_all_earlier_rows_with_them(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        for seq in range(1, 501):
            store.put([sample_row(seq)])
        await store.flush()
        assert await ask(tmp_path, all_seqs) == list(range(1, 501))


async def test_waiters_are_answered_in_the_order_of_their_rows(tmp_path: Path) -> None:
    answered: list[int] = []
    async with running(tmp_path) as store:
        for seq in range(1, 301):
            store.put([sample_row(seq)], lambda seq=seq: answered.append(seq))
            if seq % 50 == 0:
                await asyncio.sleep(0.01)
    assert answered == list(range(1, 301))


async def test_one_failing_waiter_costs_the_others_nothing(tmp_path: Path) -> None:
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: reported.append(context["exception"])
    )
    answered: list[int] = []
    async with running(tmp_path) as store:
        store.put([sample_row(1)], lambda: answered.remove(1))
        store.put([sample_row(2)], lambda: answered.append(2))
    assert answered == [2]
    assert [type(error) for error in reported] == [ValueError]


async def test_close_makes_everything_durable_and_numbers_go_on(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        store.put([sample_row(store.next_input_seq()), sample_row(store.next_input_seq() + 1)])
        assert store.next_input_seq() == 3
    assert not (tmp_path / f"{FILE_NAME}-wal").exists()
    async with running(tmp_path) as store:
        assert store.next_input_seq() == 3


async def test_a_closed_store_takes_no_more_rows(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        pass
    with pytest.raises(StoreFailedError, match="nothing can be stored any more"):
        store.put([sample_row(1)])


async def test_rows_put_before_the_start_are_kept(tmp_path: Path) -> None:
    store = await asyncio.to_thread(Store.open, tmp_path)
    store.put([sample_row(1)])
    async with store:
        await store.flush()
        assert await ask(tmp_path, all_seqs) == [1]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
async def test_a_number_that_is_not_finite_is_refused_and_costs_no_other_row(
    tmp_path: Path, bad: float
) -> None:
    async with running(tmp_path) as store:
        store.put([sample_row(1)])
        for row in (
            sample_row(2, at=bad),
            reading_row(2, sample(START, value=bad)),
            reading_row(2, Cuff(at=START, bed="B1", device="c", systolic=bad, diastolic=80.0)),
            alarm(value=bad),
            SnapshotRow("B1", bad, 1, 1, b""),
        ):
            with pytest.raises(BadRowError, match=r"finite|no number"):
                store.put([sample_row(3), row])
        store.put([sample_row(2)])
        await store.flush()
        assert await ask(tmp_path, all_seqs) == [1, 2]


async def test_a_body_that_is_not_what_its_kind_says_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        with pytest.raises(BadRowError, match="input 1 is no sample"):
            store.put([InputRow(1, START, "B1", None, "sample", b'{"type":"sample"}')])


async def test_inputs_out_of_order_are_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        store.put([sample_row(5)])
        for seqs in ([5], [4], [6, 6]):
            with pytest.raises(BadRowError, match="numbers must ascend"):
                store.put([sample_row(seq) for seq in seqs])


async def test_an_impossible_time_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        with pytest.raises(BadRowError, match="finite time"):
            store.put([sample_row(1, at=1e300)])


async def test_an_event_is_stored_once_however_often_it_is_put(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        store.put([alarm(n=1), alarm(n=2)])
        store.put([alarm(n=1, value=50.0)])
        await store.flush()
        assert store.known_events == 1
        events = await ask(tmp_path, lambda reader: reader.events(10))
    assert [(event.id, event.value) for event in events] == [
        ("B1:O2-LO:1:2", 82.0),
        ("B1:O2-LO:1:1", 82.0),
    ]


async def test_a_row_that_the_tables_refuse_becomes_a_dead_letter(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as store:
        intruder = apsw.Connection(str(tmp_path / FILE_NAME))
        intruder.execute(
            "INSERT INTO input VALUES (2, 0, '', '', '', x'', NULL, NULL, NULL, 0, NULL)"
        )
        intruder.close()
        with caplog.at_level(logging.CRITICAL, "monitor.store"):
            store.put([sample_row(1), sample_row(2), sample_row(3)])
            await store.flush()
        assert await ask(tmp_path, all_seqs) == [1, 2, 3]
        letters = await ask(tmp_path, lambda reader: reader.dead_letters(10))
    assert [letter.where for letter in letters] == ["store"]
    assert "UNIQUE" in letters[0].reason
    assert b"seq=2" in letters[0].payload


async def test_a_reader_in_the_middle_of_its_reading_never_stops_the_writer(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        store.put([sample_row(seq) for seq in range(1, 3_001)])
        await store.flush()
        with Reader(tmp_path) as reader:
            reader._connection.execute("BEGIN")
            before = [row.seq for row, _ in zip(reader.inputs_after(0, None), "abc", strict=False)]
            store.put([sample_row(seq) for seq in range(3_001, 9_001)])
            await store.flush()
            assert before == [1, 2, 3]
            assert len(all_seqs(reader)) == 3_000
            reader._connection.execute("COMMIT")
            assert len(all_seqs(reader)) == 9_000


def test_a_jumping_clock_stands_still_while_the_disk_owes_an_answer(tmp_path: Path) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, JumpLoop)
        store = Store.open(tmp_path, hold=loop.hold, release=loop.release)
        alarm_clock = loop.call_at(loop.time() + 3_600, lambda: None)
        async with store:
            for seq in range(1, 6):
                store.put([sample_row(seq)])
                await store.flush()
        alarm_clock.cancel()
        assert not loop.held
        return loop.time()

    assert run_jumping(main(), start=100.0) == 100.0


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreUnusableError, match="damaged"):
        Store.open(tmp_path)


def test_a_file_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    newer = apsw.Connection(str(tmp_path / FILE_NAME))
    newer.pragma("user_version", 99)
    newer.close()
    with pytest.raises(StoreUnusableError, match="schema version 99"):
        Store.open(tmp_path)


async def test_readings_without_a_number_pass_when_they_say_so(tmp_path: Path) -> None:
    absent = msgspec.structs.replace(sample(), value=None, validity=Validity.UNAVAILABLE)
    async with running(tmp_path) as store:
        store.put([reading_row(1, absent)])
        await store.flush()
        assert await ask(tmp_path, all_seqs) == [1]
