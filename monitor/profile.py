"""Reads and validates a profile of alarm limits: TOML in, alerts.limits.Profile out."""

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pydantic

from alerts.limits import Profile
from monitor.mistakes import ConfigError, Mistake

PROFILES = Path(__file__).parent / "profiles"


class ProfileError(ConfigError):
    """A profile that cannot be used; lists every mistake with file, key, value, what is right."""


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
        raise ProfileError.one(path, "", None, f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError.one(path, "", None, f"is no TOML: {error}") from error
    if "version" in tree:
        right = "is made from the content, remove the key"
        raise ProfileError.one(path, "version", tree["version"], right)
    profile = _validate(path, tree)
    canonical = json.dumps(tree, sort_keys=True, separators=(",", ":"), default=str)
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
    right = f"no such profile; known are {known}, or give a .toml file"
    raise ProfileError.one(path, "", None, right)


def _validate(path: Path, tree: dict[str, Any]) -> Profile:
    """Strict JSON validation takes enums and tuples as a file writes them, and nothing looser."""
    try:
        text = json.dumps({"profile": tree}, default=str)
        profile = _File.model_validate_json(text).profile
    except pydantic.ValidationError as error:
        found = error.errors(include_url=False)
        raise ProfileError(
            _mistake(path, tree, item["loc"][1:], item["msg"], item["input"]) for item in found
        ) from error
    if backwards := list(_backwards(tree, ())):
        right = "a span of time is 0 or more seconds"
        raise ProfileError(_mistake(path, tree, keys, right, span) for keys, span in backwards)
    return profile


def _backwards(
    node: Any, keys: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], float]]:
    """Every span (a key that ends in _s) below zero, with its place."""
    is_table = isinstance(node, dict)
    items: Iterable[tuple[str | int, Any]] = (
        cast("dict[str, Any]", node).items() if is_table else enumerate(cast("list[Any]", node))
    )
    for key, value in items:
        if isinstance(value, dict | list):
            yield from _backwards(value, (*keys, key))
        elif str(key).endswith("_s") and isinstance(value, int | float) and value < 0:
            yield (*keys, key), value


def _mistake(
    path: Path, tree: dict[str, Any], keys: tuple[str | int, ...], message: str, value: object
) -> Mistake:
    """A mistake in the words of the file: rows of a list by number and id."""
    name, node = "", tree
    for key in keys:
        node = _inside(node, key)
        if isinstance(key, int):
            name += f"[{key + 1}]" + (f" ({node['id']})" if "id" in node else "")
        else:
            name += f".{key}" if name else key
    shown = None if isinstance(value, dict | list) else value
    right = message.removeprefix("Value error, ")
    right = right.replace("Unexpected keyword argument", "no such key")
    return Mistake(path, name, shown, right[:1].lower() + right[1:])


def _inside(node: Any, key: str | int) -> Any:
    """What stands under a key; an empty table where nothing does."""
    try:
        return node[key]
    except (KeyError, IndexError, TypeError):
        return {}
