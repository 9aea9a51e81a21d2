"""Reads and validates a profile of alarm limits: TOML in, alerts.limits.Profile out."""

import dataclasses
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pydantic

from alerts.limits import Profile

PROFILES = Path(__file__).parent / "profiles"


class ProfileError(ValueError):
    """A profile that cannot be used; the text lists every mistake with file, key and value."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class _File(pydantic.BaseModel):
    """The TOML file; its strictness reaches every dataclass below."""

    model_config = pydantic.ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
    profile: Profile


def load_profile(name_or_path: str | Path) -> Profile:
    """The profile of that name (monitor/profiles/NAME.toml) or in that file.

    `version` of the result is a hash of its content: comments and order of keys do not count.

    Raises:
        ProfileError: the file is missing, no TOML, or breaks the rules; all mistakes at once.
    """
    path = _find(name_or_path)
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError([f"{path}: cannot be read: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError([f"{path}: is no TOML: {error}"]) from error
    if "version" in tree:
        raise ProfileError([f"{path}: version: is made from the content, remove the key"])
    profile = _validate(path, tree)
    canonical = json.dumps(tree, sort_keys=True, separators=(",", ":"))
    version = hashlib.sha256(canonical.encode()).hexdigest()[:12]
    return dataclasses.replace(profile, version=version)


def _find(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        return path
    named = PROFILES / f"{name_or_path}.toml"
    if named.is_file():
        return named
    known = ", ".join(sorted(p.stem for p in PROFILES.glob("*.toml")))
    raise ProfileError(
        [f"{name_or_path}: no such profile; known are {known}, or give a .toml file"]
    )


def _validate(path: Path, tree: dict[str, Any]) -> Profile:
    """Strict JSON validation takes enums and tuples as a file writes them, and nothing looser."""
    try:
        text = json.dumps({"profile": tree}, default=str)
        return _File.model_validate_json(text).profile
    except pydantic.ValidationError as error:
        mistakes = [_mistake(path, tree, dict(detail)) for detail in error.errors()]
        raise ProfileError(mistakes) from error


def _mistake(path: Path, tree: dict[str, Any], detail: dict[str, Any]) -> str:
    keys = detail["loc"][1:]
    name = ".".join(_row_name(tree, keys, i) for i in range(len(keys)))
    message = str(detail["msg"]).removeprefix("Value error, ")
    value = detail["input"]
    shown = "" if isinstance(value, dict | list) else f" = {value!r}"
    return f"{path}: {name}{shown}: {message}"


def _row_name(tree: Any, keys: tuple[str | int, ...], i: int) -> str:
    """A key as the reader finds it in the file: a row of a list also by its id."""
    key = keys[i]
    if isinstance(key, str):
        return key
    node: Any = tree
    for k in keys[: i + 1]:
        node = node[k]
    found = node.get("id") if isinstance(node, dict) else None
    return f"{key + 1}" + (f" ({found})" if found else "")
