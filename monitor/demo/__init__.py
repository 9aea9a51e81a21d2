"""`kat-monitor demo`: the whole service on simulated patients; the only door to the simulators.

Nothing above a device is faked: virtual Bluetooth devices are read through bleak, bedside monitors
and buttons through a real broker.
"""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.demo.casting import cast_story
from monitor.demo.stage import Stage
from monitor.run import serve_plan

__all__ = ["run_demo"]


def run_demo(
    *, port: int, beds: int, speed: float, scenarios: Sequence[str], data: Path | None
) -> int:
    """Serve a ward of simulated patients until SIGINT or SIGTERM; the exit code.

    `scenarios` are given to the beds in order. `data` None: a folder that is gone at the end.
    Raises ConfigError with every argument that cannot be used.
    """
    # what its virtual controllers do not implement is no news to whoever runs a demo
    logging.getLogger("bumble").setLevel(logging.ERROR)
    story = cast_story(port=port, beds=beds, speed=speed, scenarios=scenarios)
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(TemporaryDirectory(prefix="kat-demo-")))
        return serve_plan(Stage(story, speed=speed, port=port, folder=folder).plan())
