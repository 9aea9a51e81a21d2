"""The driver's tests run on the jump clock: silences and backoffs cost no time."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from tests.support.jump_loop import JumpLoop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Every async test of this folder."""
    del config, item
    return {"jump": JumpLoop}
