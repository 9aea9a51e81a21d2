"""What screens cost, and how long a change takes to all of them.

A real server and real WebSocket clients in one process; every reading of every bed changes each
second. By hand: figures of a loaded machine say nothing.
"""

import argparse
import asyncio
import json
import time
from statistics import quantiles
from typing import cast

from websockets.asyncio.client import connect

from devices.reading import Metric, Origin, Sample
from monitor.hub import BedPlan, Hub, SiteCard
from monitor.times import parse_iso
from monitor.web.app import create_app
from monitor.web.desk import Desk
from monitor.web.server import serve
from tests.monitor.web.events import alarm_event

METRICS = (Metric.SPO2, Metric.PULSE_RATE, Metric.PERFUSION_INDEX, Metric.HEART_RATE)


def make_hub(beds: int) -> Hub:
    """A hub of so many beds."""
    plans = [BedPlan(bed=f"B{n}", devices={"ox": "oximeter"}) for n in range(beds)]
    return Hub(SiteCard(site="bench", origin=Origin.TEST), plans, time.time)


def change(hub: Hub, beds: int, value: float) -> None:
    """Every metric of every bed says something new."""
    now = time.time()
    for n in range(beds):
        for metric in METRICS:
            hub.offer_reading(Sample(at=now, bed=f"B{n}", device="ox", metric=metric, value=value))


def measure_hub(beds: int, screens: int, rounds: int) -> float:
    """Without a network: what a reading and a tick cost the event loop, all screens in step.

    Returns seconds a tick.
    """
    hub = make_hub(beds)
    watching = [hub.join(lambda: None) for _ in range(screens)]
    offering = ticking = 0.0
    for n in range(rounds):
        for screen in watching:
            while screen.take() is not None:
                screen.acknowledge(hub.seq)
        started = time.perf_counter()
        change(hub, beds, 90.0 + n % 9)
        offered = time.perf_counter()
        hub.tick()
        offering += offered - started
        ticking += time.perf_counter() - offered
    per_reading = offering / rounds / beds / len(METRICS)
    per_tick = ticking / rounds
    print(
        f"{screens} screens: offer_reading {per_reading * 1e6:.2f} us; "
        f"tick, all changed {per_tick * 1e3:.2f} ms"
    )
    return per_tick


async def watch(url: str, ages: list[float], alarm_ages: list[float]) -> None:
    """One screen: answers each message, and notes how old what it told was on arrival."""
    async with connect(url, max_size=None) as socket:
        async for text in socket:
            message = json.loads(text)
            await socket.send(json.dumps({"ack": message["seq"]}))
            if message["kind"] != "frame":
                continue
            alarm_ages += [time.time() - parse_iso(event["at"]) for event in message["events"]]
            if message["beds"]:
                bed = next(iter(message["beds"].values()))
                newest = max(parse_iso(reading["at"]) for reading in bed["readings"].values())
                ages.append(time.time() - newest)


async def measure_wire(beds: int, screens: int, seconds: int) -> None:
    """Over real sockets: from a reading offered to its frame parsed by each screen."""
    hub = make_hub(beds)
    app = create_app(cast("Desk", object()), hub)
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    ages: list[float] = []
    alarm_ages: list[float] = []
    async with asyncio.TaskGroup() as group:
        server = group.create_task(serve(app, "127.0.0.1", 0, address.set_result), name="server")
        url = (await address).replace("http", "ws") + "/ws"
        watching = [
            group.create_task(watch(url, ages, alarm_ages), name="screen") for _ in range(screens)
        ]
        await asyncio.sleep(1)
        for n in range(seconds):
            change(hub, beds, 90.0 + n % 9)
            await asyncio.sleep(0.53)
            hub.offer_events([alarm_event(n, at=time.time())])
            await asyncio.sleep(0.5)
        for task in (*watching, server):
            task.cancel()
    for what, found in (("reading", ages), ("alarm", alarm_ages)):
        cuts = quantiles(found, n=100)
        print(f"{what} to parsed frame: p50 {cuts[49] * 1e3:.1f}, p99 {cuts[98] * 1e3:.1f} ms")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beds", type=int, default=100)
    parser.add_argument("--screens", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=20)
    args = parser.parse_args()
    many, one = (measure_hub(args.beds, screens, args.seconds) for screens in (args.screens, 1))
    print(f"tick of {args.screens} screens to tick of one: {many / one:.2f}")
    asyncio.run(measure_wire(args.beds, args.screens, args.seconds))


if __name__ == "__main__":
    main()
