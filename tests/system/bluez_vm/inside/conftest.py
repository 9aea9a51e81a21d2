"""These tests need the guest that run.sh boots; anywhere else they are not even collected."""

import os

import pytest

if "KAT_INSIDE_BLUEZ_VM" not in os.environ:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(autouse=True)
def house_rules() -> None:
    """Asyncio's debug mode costs an emulated processor too much."""
