"""A program that puts rows for ever and prints the number of each durable input: to be killed."""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

from monitor.store.store import Store
from tests.monitor.store.examples import alarm, sample_row


def say(seq: int) -> None:
    os.write(1, b"%d\n" % seq)


async def write(folder: Path) -> None:
    store = Store.open(folder)
    async with store:
        os.write(1, b"open\n")
        while True:
            seq = store.next_input_seq()
            if seq % 3:
                store.put([sample_row(seq)])
            else:
                rows = [sample_row(seq), sample_row(seq + 1), alarm(onset=seq, seq=seq)]
                store.put(rows, partial(say, seq + 1))
            await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
