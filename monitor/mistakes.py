"""Mistakes in files that people write: which file, which key, what stands there, what is right."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import ValidationError


class Mistake(NamedTuple):
    """One thing to put right."""

    file: Path
    key: str
    value: object
    right: str

    def __str__(self) -> str:
        if not self.key:
            return f"{self.file}: {self.right}"
        shown = "" if self.value is None else f" = {_short(self.value)}"
        return f"{self.file}: {self.key}{shown}: {self.right}"


class ConfigError(Exception):
    """A file that people wrote cannot be used; `mistakes` lists all that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    @classmethod
    def one(cls, file: Path, key: str, value: object, right: str) -> Self:
        """An error of a single mistake."""
        return cls([Mistake(file, key, value, right)])


def mistakes_of(error: ValidationError, file: Path) -> list[Mistake]:
    """Every mistake that pydantic found, in the words of the file."""
    return [
        Mistake(
            file,
            _key(item["loc"]),
            None if item["type"] in {"missing", "value_error"} else item["input"],
            _right(item["type"], item["msg"]),
        )
        for item in error.errors(include_url=False)
    ]


def _key(location: tuple[int | str, ...]) -> str:
    """`("bed", 1, "device", 0, "id")` -> `bed[2].device[1].id`, counted as people count."""
    key = ""
    for part in location:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else part
    return key


def _right(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such key; see the example config.toml for those there are"
    if kind == "missing":
        return "this key is needed"
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _short(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."
