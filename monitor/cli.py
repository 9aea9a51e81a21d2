"""kat-monitor: the command line. Exit 0 done, 1 failed, 2 wrong usage or configuration.

Each command imports what it needs when it runs, so that `decode` starts without a Bluetooth stack.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from devices.errors import MalformedFrame, UnknownCharacteristic, UnknownModel
from monitor.mistakes import ConfigError

DONE, FAILED, WRONG = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names; returns the exit code."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(
        level=logging.DEBUG if arguments.verbose else logging.INFO,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return DONE
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nobody is left to tell, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kat-monitor",
        description="Watches the patients of a ketamine clinic and calls a nurse when it matters.",
    )
    parser.add_argument("--version", action="version", version=version("kat-monitor"))
    parser.add_argument("--verbose", action="store_true", help="log everything")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_demo(commands)
    _add_check(commands)
    _add_scan(commands)
    _add_pair(commands)
    _add_decode(commands)
    _add_replay(commands)
    _add_alarm_load(commands)
    return parser


class _Commands(Protocol):
    """What argparse calls an action of sub-parsers, by its one method used here."""

    def add_parser(self, name: str, *, help: str) -> argparse.ArgumentParser: ...  # noqa: A002 - argparse's own word


def _add_run(commands: _Commands) -> None:
    command = commands.add_parser("run", help="the service, with real devices")
    command.add_argument("--config", type=Path, default=Path("config.toml"), metavar="FILE")
    command.set_defaults(run=_run)


def _add_demo(commands: _Commands) -> None:
    command = commands.add_parser("demo", help="the service with simulated patients and devices")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--beds", type=int, default=6)
    command.add_argument("--speed", type=float, default=1.0, help="of the service's clock")
    command.add_argument("--scenario", action="append", default=[], metavar="NAME")
    command.add_argument("--data", type=Path, metavar="DIR", help="default: a new temporary folder")
    command.set_defaults(run=_demo)


def _add_check(commands: _Commands) -> None:
    command = commands.add_parser("check", help="is the configuration right, is all reachable?")
    command.add_argument("--config", type=Path, default=Path("config.toml"), metavar="FILE")
    command.add_argument(
        "--message",
        nargs=2,
        metavar=("TOPIC", "FILE"),
        help='instead: what would an MQTT message with this payload be? ("-": standard input)',
    )
    command.set_defaults(run=_check)


def _add_scan(commands: _Commands) -> None:
    command = commands.add_parser("scan", help="Bluetooth devices in range")
    command.add_argument("--seconds", type=float, default=10.0)
    command.set_defaults(run=_scan)


def _add_pair(commands: _Commands) -> None:
    pair = commands.add_parser("pair", help="pair with a Bluetooth device and keep the bond")
    pair.set_defaults(run=_pair)
    unpair = commands.add_parser("unpair", help="forget the bond with a Bluetooth device")
    unpair.set_defaults(run=_unpair)
    for command in (pair, unpair):
        command.add_argument("device", metavar="BED/DEVICE")
        command.add_argument("--config", type=Path, default=Path("config.toml"), metavar="FILE")


def _add_decode(commands: _Commands) -> None:
    command = commands.add_parser("decode", help="print one device frame as JSON")
    command.add_argument("characteristic", metavar="CHARACTERISTIC", help="2A35, 2A37, SFLOAT, ...")
    command.add_argument("hex", metavar="HEX")
    command.add_argument("--model", metavar="NAME", help='device model, e.g. "Beurer BM85"')
    command.set_defaults(run=_decode)


def _add_replay(commands: _Commands) -> None:
    command = commands.add_parser("replay", help="run recordings through the alarm engine")
    command.add_argument("files", nargs="+", type=Path, metavar="FILE.csv")
    command.add_argument("--profile", default="default", metavar="NAME|FILE.toml")
    command.add_argument("--events", type=Path, metavar="FILE.csv")
    command.add_argument("--compare", metavar="NAME|FILE.toml")
    command.add_argument("--summary", action="store_true")
    command.add_argument("--pending", action="store_true", help="show delays that are running")
    command.set_defaults(run=_replay)


def _add_alarm_load(commands: _Commands) -> None:
    command = commands.add_parser("alarm-load", help="recordings against naive thresholds")
    command.add_argument("files", nargs="+", type=Path, metavar="FILE.csv")
    command.add_argument("--profile", default="default", metavar="NAME|FILE.toml")
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="else standard output")
    command.set_defaults(run=_alarm_load)


def _run(arguments: argparse.Namespace) -> int:
    from monitor.run import run_service

    return run_service(arguments.config)


def _demo(arguments: argparse.Namespace) -> int:
    from monitor.demo import run_demo

    return run_demo(
        port=arguments.port,
        beds=arguments.beds,
        speed=arguments.speed,
        scenarios=arguments.scenario,
        data=arguments.data,
    )


def _check(arguments: argparse.Namespace) -> int:
    if arguments.message is not None:
        from monitor.check_message import check_message

        return check_message(arguments.config, *arguments.message)
    from monitor.check import check

    return check(arguments.config)


def _scan(arguments: argparse.Namespace) -> int:
    from monitor.scan import print_scan

    return asyncio.run(print_scan(arguments.seconds))


def _pair(arguments: argparse.Namespace) -> int:
    from monitor.pair import pair_device

    return pair_device(arguments.config, arguments.device)


def _unpair(arguments: argparse.Namespace) -> int:
    from monitor.pair import unpair_device

    return unpair_device(arguments.config, arguments.device)


def _decode(arguments: argparse.Namespace) -> int:
    from devices.decode import decode

    try:
        frame = bytes.fromhex(arguments.hex)
    except ValueError:
        return _complain(f"{arguments.hex!r} is not hexadecimal: pairs of 0-9 a-f", WRONG)
    try:
        decoded = decode(arguments.characteristic, frame, arguments.model)
    except (UnknownCharacteristic, UnknownModel) as error:
        return _complain(str(error), WRONG)
    except MalformedFrame as error:
        return _complain(f"malformed {arguments.characteristic} frame: {error}", FAILED)
    print(json.dumps(decoded))
    return DONE


def _complain(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code


def _replay(arguments: argparse.Namespace) -> int:
    from monitor.recording import RecordingError
    from monitor.replay import run_replay

    lines = run_replay(
        arguments.files,
        profile=arguments.profile,
        events=arguments.events,
        compare=arguments.compare,
        summary=arguments.summary,
        pending=arguments.pending,
    )
    try:
        for line in lines:
            print(line)
    except RecordingError as error:
        return _complain(str(error), FAILED)
    return DONE


def _alarm_load(arguments: argparse.Namespace) -> int:
    from monitor.load.command import alarm_load
    from monitor.recording import RecordingError

    try:
        document = alarm_load(arguments.files, arguments.profile)
        if arguments.output is None:
            print(document, end="")
        else:
            arguments.output.write_text(document, encoding="utf-8")
    except RecordingError as error:
        return _complain(str(error), FAILED)
    except OSError as error:
        return _complain(f"{arguments.output}: cannot be written: {error.strerror}", FAILED)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
