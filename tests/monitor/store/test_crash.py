"""What the store promises when the process dies: kill -9 loses nothing that was called stored."""

import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.store.errors import StoreLockedError
from monitor.store.reader import Reader
from monitor.store.store import Store
from tests.monitor.store.examples import all_seqs

ROOT = Path(__file__).parents[3]


@contextmanager
def endless_writer(folder: Path) -> Generator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.monitor.store.endless_writer", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"open\n"
            yield process
        finally:
            process.kill()


def killed_after(folder: Path, seconds: float) -> int:
    """The last input that the writer called stored before it was killed; 0 for none."""
    with endless_writer(folder) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        heard, _ = process.communicate()
    whole_lines = heard.split(b"\n")[:-1]
    return max((int(line) for line in whole_lines), default=0)


@pytest.mark.system
def test_after_kill_every_stored_row_is_there_and_the_log_is_a_prefix(tmp_path: Path) -> None:
    last_heard = 0
    for seconds in (0.003, 0.017, 0.05, 0.11, 0.26):
        last_heard = max(last_heard, killed_after(tmp_path, seconds))
        with Reader(tmp_path) as reader:
            seqs = all_seqs(reader)
            events = {event.seq for event in reader.events(1_000_000)}
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(seqs) >= last_heard
        # what was put together is there together or not at all
        assert events == {seq for seq in seqs if seq % 3 == 0}
        assert len(seqs) % 3 or not seqs
    assert last_heard > 1_000, "next to nothing was stored: the test proves nothing"


@pytest.mark.system
def test_a_folder_in_use_is_refused_by_name_and_free_once_its_owner_is_killed(
    tmp_path: Path,
) -> None:
    with endless_writer(tmp_path) as owner:
        with pytest.raises(StoreLockedError, match=rf"{tmp_path} is in use by process {owner.pid}"):
            Store.open(tmp_path)
        owner.kill()
        owner.wait()
        store = Store.open(tmp_path)
    with pytest.raises(StoreLockedError):
        Store.open(tmp_path)
    store._lock.close()
