"""JSON of devices we do not know: read within limits, and described where we find nothing."""

import msgspec

from devices.errors import MalformedFrame
from devices.wire.json_pointer import Json

_DECODER = msgspec.json.Decoder()
_WORD = 64  # characters of a payload that is a bare word
_MENTIONED = 6  # values of a payload in a reason
_PATH = 60  # characters of a pointer in a reason


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a foreign payload may have; one with more is malformed.

    `values` counts every key, element and value; `readings` what the rows make of it.
    """

    bytes: int = 65_536
    depth: int = 16
    values: int = 2_000
    readings: int = 500


def read(payload: bytes, limits: Limits) -> Json:
    """The document; a short bare word is itself. Raises MalformedFrame and nothing else."""
    if len(payload) > limits.bytes:
        raise MalformedFrame(f"payload of {len(payload)} bytes; at most {limits.bytes} are read")
    try:
        document: Json = _DECODER.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _word(payload, error)
    except RecursionError:
        raise MalformedFrame(f"nested more than {limits.depth} deep") from None
    _measure(document, limits)
    return document


def leaves(document: Json) -> str:
    """Pointers of some of the values in it, for a reason; never long."""
    found: list[str] = []
    stack: list[tuple[str, Json]] = [("", document)]
    while stack and len(found) <= _MENTIONED:
        path, here = stack.pop()
        inner = _inner(here)
        if not inner:
            found.append(repr(path[:_PATH]))
        stack += [(f"{path}/{_token(name)}"[: _PATH + 1], value) for name, value in inner[::-1]]
    more = ", ..." if len(found) > _MENTIONED else ""
    return f"{', '.join(found[:_MENTIONED])}{more}"


def _word(payload: bytes, error: Exception) -> str:
    """What is no JSON: `nan`, `unavailable`, nothing at all."""
    try:
        text = payload.decode("utf-8").strip()
    except UnicodeDecodeError:
        text = "{"
    if len(text) > _WORD or text.startswith(("{", "[", '"')):
        raise MalformedFrame(f"bad JSON: {error}") from None
    return text


def _measure(document: Json, limits: Limits) -> None:
    level, depth, values = [document], 0, 1
    while level := [value for here in level for _, value in _inner(here)]:
        depth += 1
        values += len(level)
        if depth > limits.depth:
            raise MalformedFrame(f"nested more than {limits.depth} deep")
        if values > limits.values:
            raise MalformedFrame(f"more than {limits.values} values in a message")


def _inner(value: Json) -> list[tuple[str, Json]]:
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        return [(str(number), one) for number, one in enumerate(value)]
    return []


def _token(name: str) -> str:
    return name[:_PATH].replace("~", "~0").replace("/", "~1")
