"""Halving and bisecting: every good line is written, every bad one found, in few requests."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.influx.delivery import Delivery, Refusal
from monitor.influx.errors import BlobTooLargeError, LineRefusedError, SetupError


class Database:
    """Takes blobs of at most `most` bytes and refuses those that hold a bad or an old line."""

    def __init__(
        self, bad: set[bytes], *, old: set[bytes] | None = None, most: int = 10_000
    ) -> None:
        self.kept: list[bytes] = []
        self.blobs: list[bytes] = []
        self._bad = bad
        self._old = old or set()
        self._most = most

    async def write(self, blob: bytes) -> None:
        self.blobs.append(blob)
        if len(blob) > self._most:
            raise BlobTooLargeError("413")
        lines = blob.split(b"\n")
        if any(line in self._bad for line in lines):
            raise LineRefusedError(f"cannot parse '{lines[0]!r}': invalid number")
        self.kept += [line for line in lines if line not in self._old]
        if expired := sum(line in self._old for line in lines):
            raise LineRefusedError("beyond retention", expired)


def delivery(most: int = 20, lines: int = 1000, size: int = 1000) -> Delivery:
    return Delivery(batch_lines=lines, batch_bytes=size, refusals_most=most)


def named(numbers: range | set[int]) -> list[bytes]:
    return [b"line%d" % number for number in numbers]


@given(count=st.integers(0, 60), bad=st.sets(st.integers(0, 59), max_size=20))
async def test_all_good_lines_are_written_and_all_bad_ones_returned(
    count: int, bad: set[int]
) -> None:
    lines = named(range(count))
    database = Database(set(named(bad)))
    refused = await delivery().send(database.write, lines)
    assert {refusal.line for refusal in refused} == set(named(bad)) & set(lines)
    assert sorted(database.kept) == sorted(set(lines) - set(named(bad)))


async def test_one_bad_line_costs_two_requests_a_halving() -> None:
    database = Database({b"line700"})
    (refusal,) = await delivery(size=100_000).send(database.write, named(range(1000)))
    assert refusal.line == b"line700"
    assert len(database.blobs) <= 2 * math.ceil(math.log2(1000)) + 1


async def test_no_blob_is_larger_than_allowed() -> None:
    database = Database(set())
    await delivery(lines=7, size=40).send(database.write, [*named(range(30)), b"x" * 50, b"end"])
    assert b"x" * 50 in database.blobs
    assert max(len(blob) for blob in database.blobs if not blob.startswith(b"x")) <= 40
    assert max(blob.count(b"\n") for blob in database.blobs) < 7
    assert len(database.kept) == 32


async def test_a_line_too_large_for_the_server_is_refused_alone() -> None:
    database = Database(set(), most=30)
    refused = await delivery().send(database.write, [*named(range(9)), b"x" * 31])
    assert refused == [Refusal(b"x" * 31, "413")]
    assert len(database.kept) == 9


async def test_lines_older_than_the_database_keeps_pass() -> None:
    database = Database({b"line5"}, old=set(named(range(4))))
    sender = delivery()
    refused = await sender.send(database.write, named(range(10)))
    assert [refusal.line for refusal in refused] == [b"line5"]
    assert sender.expired == 4
    assert set(database.kept) == set(named({4, 6, 7, 8, 9}))


async def test_more_refusals_for_one_reason_than_allowed_stop_it() -> None:
    sender = delivery(most=20)
    with pytest.raises(SetupError, match="more than 20 lines"):
        await sender.send(Database(set(named(range(21)))).write, named(range(40)))


async def test_refusals_add_up_over_batches_until_one_goes_through_whole() -> None:
    sender, database = delivery(most=20), Database(set(named(range(40))))
    await sender.send(database.write, named(range(15)))
    with pytest.raises(SetupError):
        await sender.send(database.write, named(range(15, 25)))
    with pytest.raises(SetupError):
        await sender.send(database.write, named(range(15, 25)))
    assert len(await sender.send(database.write, named(range(15, 20)))) == 5
    assert await sender.send(database.write, named(range(50, 60))) == []
    assert len(await sender.send(database.write, named(range(20, 40)))) == 20
