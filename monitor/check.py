"""`kat-monitor check`: is the configuration right, and can every part of it be reached?

One line a part: ok, or why not; before it what works but must be seen to. Nothing is changed and
nobody is paged.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from bleak import BleakScanner

from devices.ble_adapter import why_unusable
from monitor.broker_keeping import backlog_of
from monitor.check_broker import reach_broker, try_keeping
from monitor.config import Config, load_config
from monitor.equipment import radio_devices
from monitor.influx.settings import InfluxSettings
from monitor.influx.sink import load_client
from monitor.plan import Plan
from monitor.planning import (
    influx_settings,
    mqtt_devices,
    mqtt_settings,
    pager_settings,
    plan_from,
)

DONE, FAILED = 0, 1
REACH_WITHIN_S = 15.0  # more than the broker takes to say why not
QUEUE = "broker's queue"
QUEUE_WITHIN_S = 180.0  # a mosquitto that saves after each change takes this long for thousands

Probe = Callable[[], Awaitable[str]]


def check(path: Path) -> int:
    """Check the configuration at `path` and print a line a part; 0 if all is well, else 1.

    Raises ConfigError where the configuration itself is wrong.
    """
    config = load_config(path)
    plan = plan_from(config, path)
    print(f"ok    configuration {path}: {len(plan.beds)} beds, profile {_profile(plan)}")
    return DONE if asyncio.run(_try_all(_probes(config, plan, path))) else FAILED


def _probes(config: Config, plan: Plan, path: Path) -> list[tuple[str, Probe]]:
    probes: list[tuple[str, Probe]] = [("store", lambda: _reach_store(plan.folder))]
    by_radio = bool(radio_devices(config))
    if config.bluetooth.enabled and by_radio:
        names = config.bluetooth.adapters or (None,)
        probes.extend(("bluetooth", partial(_reach_adapter, name)) for name in names)
    if config.mqtt.enabled:
        broker = f"broker {config.mqtt.host}:{config.mqtt.port}"
        settings = mqtt_settings(config, path)
        probes.append((broker, lambda: reach_broker(settings, _warn)))
        backlog = backlog_of(mqtt_devices(config), config.mqtt.outage_s)
        if backlog:
            probe = partial(try_keeping, settings, backlog, config.mqtt.outage_s)
            probes.append((QUEUE, probe))
    if config.influx.enabled:
        probes.append(("influx", lambda: _reach_influx(influx_settings(config, path))))
    probes.append(("pager", lambda: _read_pager(config, path)))
    return probes


async def _try_all(probes: list[tuple[str, Probe]]) -> bool:
    return all([await _line(name, probe) for name, probe in probes])


async def _line(name: str, probe: Probe) -> bool:
    within_s = QUEUE_WITHIN_S if name == QUEUE else REACH_WITHIN_S
    try:
        async with asyncio.timeout(within_s):
            print(f"ok    {name}: {await probe()}")
    except TimeoutError:
        print(f"FAIL  {name}: no answer within {within_s:.0f} s")
        return False
    except Exception as error:  # noqa: BLE001 - whatever a part raises is the answer we print
        print(f"FAIL  {name}: {error or type(error).__name__}")
        return False
    return True


def _warn(warning: str) -> None:
    print(f"warn  {warning}")


async def _reach_store(folder: Path) -> str:
    def try_folder() -> str:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = folder / f".check-{secrets.token_hex(4)}"
        mark.touch()
        mark.unlink()
        return f"{folder} can be written"

    return await asyncio.to_thread(try_folder)


async def _reach_adapter(adapter: str | None) -> str:
    options = {} if adapter is None else {"bluez": {"adapter": adapter}}
    try:
        async with BleakScanner(**options):  # pyright: ignore[reportArgumentType] - bleak's own options
            return f"adapter {adapter or '(default)'} scans"
    except FileNotFoundError as error:
        raise OSError(why_unusable(error)) from error


async def _reach_influx(settings: InfluxSettings) -> str:
    connect = await asyncio.to_thread(load_client)
    async with connect(settings) as client:
        await client.ping()
        return f"{settings.url} answers"


async def _read_pager(config: Config, path: Path) -> str:
    settings = pager_settings(config, path)
    urls = await asyncio.to_thread(settings.read_urls)
    return f"{len(urls)} channels" if urls else "no channel: pages go to the log"


def _profile(plan: Plan) -> str:
    return f"{plan.profile.name} {plan.profile.version}"
