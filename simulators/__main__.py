"""`python -m simulators`: scenarios as programs, on any MQTT broker or on air by a real controller.

Exit 0 done, 2 wrong usage. Bluetooth devices go on the air in the order of the scenarios, one for
each --radio: a controller advertises for one device.
"""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Sequence

from devices.reading import Origin
from simulators.antenna import NoController
from simulators.cuff_models import CUFFS
from simulators.live import Pace
from simulators.on_air import Makers
from simulators.oximeter_makers import MAKERS
from simulators.performance import perform
from simulators.publisher import BrokerAddress
from simulators.scenario import ScenarioError, list_scenarios, load_scenario
from simulators.ward import make_ward

DONE, WRONG = 0, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the scenarios that `argv` names; returns the exit code."""
    arguments = _parser().parse_args(argv)
    if arguments.list:
        for name in list_scenarios():
            print(f"{name:26} {load_scenario(name).description}")
        return DONE
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    try:
        scenarios = [load_scenario(name) for name in arguments.scenario]
        broker = BrokerAddress.parse(arguments.broker) if arguments.broker else None
    except (ScenarioError, ValueError) as error:
        return _complain(str(error))
    if not scenarios:
        return _complain("name a scenario; --list tells which there are")
    if broker is None and not arguments.radio:
        return _complain("say where to: --broker mqtt://HOST:PORT, or --radio TRANSPORT")
    if (arguments.oximeter or arguments.cuff) and not arguments.radio:
        return _complain("--oximeter and --cuff are of devices on a radio: name it by --radio")

    async def play() -> None:
        now = time.time()
        ward = make_ward(
            scenarios,
            seed=arguments.seed,
            starts_at=now,
            origin=Origin.TEST,
            all_by_radio=bool(arguments.radio),
        )
        pace = Pace(now, arguments.speed)
        await perform(
            ward,
            pace,
            site=arguments.site,
            broker=broker,
            radios=arguments.radio,
            makers=Makers(arguments.oximeter, arguments.cuff),
        )

    code = DONE
    try:
        asyncio.run(play())
    except* NoController as missing:
        code = _complain(str(missing.exceptions[0]))
    except* KeyboardInterrupt:
        pass
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulators", description="Simulated patients and their bedside devices."
    )
    parser.add_argument(
        "scenario", nargs="*", metavar="SCENARIO", help="one a bed; or a .toml file"
    )
    parser.add_argument("--list", action="store_true", help="the scenarios that come with us")
    parser.add_argument("--broker", metavar="URL", help="mqtt://HOST[:PORT]")
    parser.add_argument(
        "--radio",
        action="append",
        default=[],
        metavar="TRANSPORT",
        help="a Bluetooth controller as bumble names it: hci-socket:0, usb:0, serial:...",
    )
    parser.add_argument(
        "--oximeter",
        choices=sorted(MAKERS),
        metavar="MODEL",
        help=f"oximeters on a radio speak their maker's protocol: {', '.join(sorted(MAKERS))}",
    )
    parser.add_argument(
        "--cuff",
        choices=sorted(CUFFS),
        metavar="MODEL",
        help=f"cuffs on a radio are of this model: {', '.join(sorted(CUFFS))}",
    )
    parser.add_argument("--site", default="clinic", help="of the MQTT topics (%(default)s)")
    parser.add_argument("--speed", type=float, default=1.0, help="scenario seconds a second")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another patient")
    return parser


def _complain(line: str) -> int:
    print(line, file=sys.stderr)
    return WRONG


if __name__ == "__main__":
    sys.exit(main())
