"""A program that lives through a full disk and says as JSON what it saw.

The disk is full because the kernel refuses to let any file of this process grow (RLIMIT_FSIZE).
"""

import asyncio
import json
import resource
import signal
import sys
from pathlib import Path

from monitor.store.errors import StoreFailedError
from monitor.store.store import Store
from tests.monitor.store.examples import alarm, sample_row

ROWS = 3_000


def let_files_grow_to(limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


async def live_through(folder: Path, *, recovers: bool, memory: int) -> dict[str, object]:
    faults: list[tuple[bool, str]] = []
    changed = asyncio.Event()

    def note(up: bool, reason: str) -> None:
        faults.append((up, reason))
        changed.set()

    store = Store.open(folder, on_fault=note, most_rows=memory)
    store.start(asyncio.get_running_loop())
    store.put([sample_row(1)])
    await store.flush()
    let_files_grow_to(100_000)
    stored: list[int] = []
    for seq in range(2, ROWS + 1):
        if seq % 10:
            store.put([sample_row(seq)])
        else:
            store.put([sample_row(seq), alarm(seq)], lambda seq=seq: stored.append(seq))
        await asyncio.sleep(0)
    await changed.wait()
    waiting = store.rows_in_memory
    if recovers:
        let_files_grow_to(resource.RLIM_INFINITY)
        await store.flush()
        store.put([sample_row(ROWS + 1)])
    try:
        await store.close()
        failed = ""
    except StoreFailedError as error:
        failed = str(error)
    return {
        "faults": faults,
        "stored": stored,
        "waiting": waiting,
        "failed": failed,
        "lost": store.lost_inputs,
    }


if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    folder, end, memory = sys.argv[1:]
    life = live_through(Path(folder), recovers=end == "recovers", memory=int(memory))
    print(json.dumps(asyncio.run(life)))  # noqa: T201 - its answer
