"""Where the recordings and golden frames lie that are shared by all checkouts, if they are here."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[3] / "shared"
_FOLDER = Path(os.environ.get("KAT_SHARED", _BESIDE))

SHARED: Path | None = _FOLDER if _FOLDER.is_dir() else None

needs_shared = pytest.mark.skipif(
    SHARED is None, reason="shared recordings are absent (set KAT_SHARED to their folder)"
)


def shared(name: str) -> Path:
    """The path of a shared file; skips the test that asks where there is none."""
    if SHARED is None or not (SHARED / name).exists():
        pytest.skip(f"shared file {name} is absent (set KAT_SHARED to the folder)")
    return SHARED / name
