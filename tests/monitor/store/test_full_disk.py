"""A disk that is full: rows wait in memory, the fault is told, nothing is lost when it ends."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.store.reader import Reader
from tests.monitor.store.examples import all_seqs
from tests.monitor.store.starved_writer import ROWS
from tests.monitor.store.test_crash import ROOT


def starve(folder: Path, *, recovers: bool, memory: int = 100_000) -> dict[str, Any]:
    """What a writer on a full disk saw."""
    end = "recovers" if recovers else "stays full"
    command = [sys.executable, "-m", "tests.monitor.store.starved_writer", str(folder), end]
    done = subprocess.run(
        [*command, str(memory)], cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=60
    )
    return json.loads(done.stdout)


@pytest.mark.system
def test_a_full_disk_is_told_and_after_it_nothing_is_lost(tmp_path: Path) -> None:
    seen = starve(tmp_path, recovers=True)
    assert [up for up, _ in seen["faults"]] == [False, True]
    assert "full" in seen["faults"][0][1].lower() or "IOError" in seen["faults"][0][1]
    assert seen["waiting"] > 0
    assert seen["stored"] == list(range(10, ROWS + 1, 10))
    assert seen["failed"] == ""
    with Reader(tmp_path) as reader:
        assert all_seqs(reader) == list(range(1, ROWS + 2))
        assert len(reader.events(ROWS)) == ROWS // 10
        assert reader.dead_letters(10) == []


@pytest.mark.system
def test_an_end_on_a_full_disk_says_what_was_lost_and_keeps_what_was_stored(tmp_path: Path) -> None:
    seen = starve(tmp_path, recovers=False)
    assert [up for up, _ in seen["faults"]] == [False]
    assert seen["failed"] == f"{seen['waiting']} rows could not be stored before the end"
    with Reader(tmp_path) as reader:
        kept = all_seqs(reader)
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) >= max(seen["stored"], default=1)


@pytest.mark.system
def test_memory_is_bounded_and_what_had_to_go_is_named(tmp_path: Path) -> None:
    seen = starve(tmp_path, recovers=True, memory=500)
    with Reader(tmp_path) as reader:
        kept = all_seqs(reader)
        letters = reader.dead_letters(10)
        events = reader.events(ROWS)
    assert seen["lost"] > 0
    assert len(kept) == ROWS + 1 - seen["lost"]
    assert set(range(10, ROWS + 1, 10)) <= set(kept), "who waits is always kept"
    assert len(events) == ROWS // 10
    assert [letter.where for letter in letters] == ["store"]
    assert str(seen["lost"]) in letters[0].reason
