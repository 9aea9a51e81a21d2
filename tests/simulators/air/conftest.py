"""Tests over the virtual radio run on the jump clock: silences and backoffs cost no time."""

from tests.support.jumping import pytest_asyncio_loop_factories

__all__ = ["pytest_asyncio_loop_factories"]
