"""What the store promises when the process dies: kill -9 loses nothing that was called stored."""

import signal
import subprocess
import sys
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


def killed_after(folder: Path, answers: int) -> int:
    """The last input that the writer called stored before it was killed, that many times."""
    with endless_writer(folder) as process:
        assert process.stdout is not None
        heard = b"".join(process.stdout.readline() for _ in range(answers))
        process.send_signal(signal.SIGKILL)
        heard += process.communicate()[0]
    whole_lines = heard.split(b"\n")[:-1]
    return max((int(line) for line in whole_lines), default=0)


@pytest.mark.system
def test_after_kill_every_stored_row_is_there_and_the_log_is_a_prefix(tmp_path: Path) -> None:
    last_heard = 0
    for answers in (0, 1, 37, 412, 1_003):
        last_heard = max(last_heard, killed_after(tmp_path, answers))
        with Reader(tmp_path) as reader:
            seqs = all_seqs(reader)
            events = {event.seq for event in reader.events(1_000_000)}
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(seqs) >= last_heard
        # what was put together is there together or not at all
        assert events == {seq for seq in seqs if seq % 3 == 0}
        assert len(seqs) % 3 or not seqs
    assert last_heard >= 3 * (1 + 37 + 412 + 1_003), "each run went on where the last one ended"


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
