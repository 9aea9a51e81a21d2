"""A pytest hook for folders whose async tests run on the jump clock: import it in a conftest."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from tests.support.jump_loop import JumpLoop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Every async test below the conftest that imports this."""
    del config, item
    return {"jump": JumpLoop}
