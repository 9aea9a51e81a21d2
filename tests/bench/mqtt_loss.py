"""Messages lost and doubled while monitor, broker and socket fail at random.

`python -m tests.bench.mqtt_loss [SECONDS] [SEED...] [--broker nats]` and `--help`.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from monitor.broker import EmbeddedBroker
from tests.support.loss_drill import Drill, Faults
from tests.support.mosquitto import Mosquitto


async def drill(asked: argparse.Namespace, seed: int) -> None:
    """One run, told in one line, and what was lost or doubled in one each."""
    faults = Faults(**dict.fromkeys(asked.spare))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nats = asked.broker == "nats"
        once = asked.saves_every == 0
        mosquitto = Mosquitto(
            folder, saves_at_once=once, saves_every_s=asked.saves_every, more=asked.more
        )
        server = EmbeddedBroker(folder) if nats else mosquitto
        async with server:
            run = Drill(folder, server, seed, faults, asked.doubt)
            outcome = await run.run(asked.seconds)
    print(f"{asked.broker}, seed {seed}, {asked.seconds:.0f} s: {outcome}", flush=True)
    for word, found in (("lost", outcome.lost), ("doubled", outcome.doubled)):
        for sender, numbers in found.items():
            if numbers:
                print(f"  {word} {sender.bed}/{sender.device}: {numbers[:20]}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("seconds", type=float, nargs="?", default=60.0)
    parser.add_argument("seeds", type=int, nargs="*", default=[1])
    parser.add_argument("--broker", choices=["mosquitto", "nats"], default="mosquitto")
    parser.add_argument("--spare", nargs="*", choices=Faults._fields, default=[])
    parser.add_argument("--saves-every", type=int, default=1, help="s; 0: after each change")
    parser.add_argument("--more", default="", help="lines of mosquitto's configuration")
    parser.add_argument("--doubt", type=float, default=0.0, help="s sent again after a loss")
    asked = parser.parse_args()
    for number in asked.seeds:
        asyncio.run(drill(asked, number))
