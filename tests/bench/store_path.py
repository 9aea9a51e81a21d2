"""What the store's path costs: run by hand, `python -m tests.bench.store_path [FOLDER]`.

FOLDER should lie on the disk that will hold the data: a fsync is most of the price.
"""

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from devices.reading import Metric
from monitor.store.reader import Reader
from monitor.store.rows import InputRow
from monitor.store.store import Store
from tests.monitor.store.examples import START, reading_row, sample

BEDS = 6
ROWS = 200_000
WAITED = 500
HOURS = 3


def rows(count: int, first: int = 1) -> list[InputRow]:
    """One SpO2 a second from each bed."""
    return [
        reading_row(seq, sample(START + seq // BEDS, 97.0, bed=f"B{seq % BEDS}"))
        for seq in range(first, first + count)
    ]


async def throughput(store: Store) -> str:
    prepared = rows(ROWS, store.next_input_seq())
    began = perf_counter()
    for row in prepared:
        store.put([row])
    await store.flush()
    return f"{ROWS / (perf_counter() - began):,.0f} rows/s durable"


async def price_of_put(store: Store) -> str:
    """On the loop, while the writer's thread has nothing to do."""
    prepared = rows(20, store.next_input_seq())
    began = perf_counter()
    for row in prepared:
        store.put([row])
    spent = perf_counter() - began
    await store.flush()
    return f"put() {spent / len(prepared) * 1e6:.1f} us a row on the loop"


async def put_to_durable(store: Store) -> str:
    loop = asyncio.get_running_loop()
    waits: list[float] = []
    for row in rows(WAITED, store.next_input_seq()):
        done = loop.create_future()
        began = perf_counter()
        store.put([row], lambda done=done: done.set_result(None))
        await done
        waits.append((perf_counter() - began) * 1000)
        await asyncio.sleep(0.02)
    return percentiles("put to durable, one waiter at a time", waits)


async def loop_lag(store: Store) -> str:
    """How late a 1 ms timer comes while 2,000 rows a second are put."""
    lags: list[float] = []
    prepared = iter(rows(10_000, store.next_input_seq()))
    for batch in range(1_000):
        began = perf_counter()
        await asyncio.sleep(0.005)
        lags.append((perf_counter() - began - 0.005) * 1000)
        for _ in range(10):
            store.put([next(prepared)], urgent=batch % 10 == 0)
    return percentiles("loop lag at 2,000 rows/s", lags)


def trend(folder: Path) -> str:
    with Reader(folder) as reader:
        first = timed(
            lambda: reader.trend("B1", Metric.SPO2, START, START + HOURS * 3600, points=600)
        )
    return f"trend of {HOURS} h, one of {BEDS} beds, to 600 points: {first:.0f} ms"


def timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1000


def percentiles(name: str, values_ms: list[float]) -> str:
    cuts = statistics.quantiles(values_ms, n=100)
    return f"{name}: p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms"


async def measure(folder: Path) -> None:
    async with Store.open(folder) as store:
        for part in (price_of_put, throughput, put_to_durable, loop_lag):
            print(await part(store))


def size(folder: Path) -> str:
    total = sum(path.stat().st_size for path in folder.iterdir())
    return f"{total / (ROWS + WAITED + 10_000):.0f} bytes a row on disk"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as made:
        data = Path(made)
        asyncio.run(measure(data))
        print(trend(data))
        print(size(data))
