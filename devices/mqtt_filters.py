"""Topic filters of a session: which topics they match, and one filter that holds several. Pure."""

from collections.abc import Iterable
from functools import reduce


def covering(filters: Iterable[str]) -> str:
    """The narrowest single filter that matches all that `filters` (at least one) match."""
    return reduce(_cover, filters)


def _cover(one: str, other: str) -> str:
    levels: list[str] = []
    ours, theirs = one.split("/"), other.split("/")
    for mine, its in zip(ours, theirs, strict=False):
        if "#" in {mine, its}:
            break
        levels.append(mine if mine == its else "+")
    else:
        if len(ours) == len(theirs):
            return "/".join(levels)
    return "/".join([*levels, "#"])  # `a/#` matches `a` as well
