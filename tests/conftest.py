"""House rules of every test: no task left behind, no blocking call on the loop, fixed seeds."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
from blockbuster import BlockBuster
from hypothesis import HealthCheck, settings
from pytest_asyncio import is_async_test

PACKAGES = ["monitor", "devices", "alerts", "simulators"]

# Where our own code may block the loop: function blocked -> (file, its functions), with the reason.
ALLOWED_BLOCKING: dict[str, tuple[tuple[str, set[str]], ...]] = {
    # A first import reads and may write its .pyc: bleak, bumble and influxdb are imported lazily.
    "io.BufferedReader.read": (("<frozen importlib._bootstrap>", {"_find_and_load"}),),
    "os.stat": (("<frozen importlib._bootstrap>", {"_find_and_load"}),),
}

settings.register_profile(
    "default", deadline=None, derandomize=True, max_examples=100, database=None
)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=200,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # a loaded runner is not the test's fault
)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def blockbuster() -> BlockBuster:
    """Fails a call (sleep, file, socket, lock) of our packages that blocks a running loop."""
    buster = BlockBuster(scanned_modules=PACKAGES)
    for name, places in ALLOWED_BLOCKING.items():
        for filename, functions in places:
            buster.functions[name].can_block_in(filename, functions)
    return buster


@pytest.fixture(autouse=True)
def house_rules(request: pytest.FixtureRequest) -> None:
    """Async tests run under `clean_loop`; sync tests get no event loop at all."""
    if is_async_test(request.node):
        request.getfixturevalue("clean_loop")


@pytest.fixture
async def clean_loop(blockbuster: BlockBuster) -> AsyncIterator[None]:
    """Asyncio's debug mode, the blocking-call watch, and no task left when the test has ended."""
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    before = asyncio.all_tasks()
    blockbuster.activate()
    try:
        yield
    finally:
        blockbuster.deactivate()
    await asyncio.sleep(0)  # a task cancelled in the last line of a test may end
    this = asyncio.current_task()
    left = [task for task in asyncio.all_tasks() - before if task is not this and not task.done()]
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=5)
        pytest.fail(f"the test left tasks behind: {[task.get_name() for task in left]}")
