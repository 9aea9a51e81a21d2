"""The driver against a real Linux kernel and Debian's bluetoothd, in a guest; only on request."""

import os
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parent / "run.sh"


@pytest.mark.skipif("KAT_BLUEZ_VM" not in os.environ, reason="boots Linux: set KAT_BLUEZ_VM=1")
@pytest.mark.timeout(1800)
def test_the_driver_reads_through_a_real_bluetoothd() -> None:
    ran = subprocess.run([RUN], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
