"""Fixtures of the web's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.monitor.web.ward import Ward, open_ward


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    """A running service of two beds with real HTTP in front."""
    async with open_ward(tmp_path) as ward:
        yield ward
