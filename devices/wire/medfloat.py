"""SFLOAT, the 16-bit medical number of IEEE 11073-20601: 4-bit exponent, 12-bit mantissa."""

import math

from devices.errors import MalformedFrame

SFLOAT_LENGTH = 2

_POSITIVE_INFINITY = 0x07FE
_NEGATIVE_INFINITY = 0x0802
_NOT_A_NUMBER = 0x07FF
# NaN, "not at this resolution" and the value reserved for future use: none of them is a number.
_NO_NUMBER = frozenset({_NOT_A_NUMBER, 0x0800, 0x0801})

_MANTISSA_MIN, _MANTISSA_MAX = -2048, 2047
# With exponent 0 the mantissas beyond this are the special values above.
_PLAIN_MAX = 2045
_EXPONENTS = range(-8, 8)


def decode_sfloat(data: bytes) -> float | None:
    """The number in two little-endian bytes: None if it is not one, ±inf if it says so.

    The special values are special only with exponent 0: F7FF is 204.7.
    """
    if len(data) != SFLOAT_LENGTH:
        raise MalformedFrame(f"SFLOAT: {len(data)} bytes, an SFLOAT has {SFLOAT_LENGTH}")
    word = int.from_bytes(data, "little")
    if word in _NO_NUMBER:
        return None
    if word == _POSITIVE_INFINITY:
        return math.inf
    if word == _NEGATIVE_INFINITY:
        return -math.inf
    return _scaled(_signed(word & 0x0FFF, 12), _signed(word >> 12, 4))


def encode_sfloat(value: float | None) -> bytes:
    """Encode with as much precision as fits, None as NaN; ValueError where no exponent reaches."""
    if value is None or math.isnan(value):
        word = _NOT_A_NUMBER
    elif math.isinf(value):
        word = _POSITIVE_INFINITY if value > 0 else _NEGATIVE_INFINITY
    else:
        mantissa, exponent = _fitted(value)
        word = (exponent & 0xF) << 12 | mantissa & 0x0FFF
    return word.to_bytes(SFLOAT_LENGTH, "little")


def _fitted(value: float) -> tuple[int, int]:
    """The mantissa and exponent closest to `value`; of equally close ones the plainest exponent."""
    best: tuple[float, int, int, int] | None = None
    for exponent in _EXPONENTS:
        mantissa = round(value * 10**-exponent) if exponent <= 0 else round(value / 10**exponent)
        low, high = (-_PLAIN_MAX, _PLAIN_MAX) if exponent == 0 else (_MANTISSA_MIN, _MANTISSA_MAX)
        if low <= mantissa <= high:
            error = abs(_scaled(mantissa, exponent) - value)
            best = min(best or (math.inf, 0, 0, 0), (error, abs(exponent), exponent, mantissa))
    if best is None:
        raise ValueError(f"{value} does not fit an SFLOAT (largest {_MANTISSA_MAX}e7)")
    return best[3], best[2]


def _scaled(mantissa: int, exponent: int) -> float:
    # Dividing by a power of ten rounds once (189 / 10 is 18.9); multiplying by 0.1 rounds twice.
    return float(mantissa * 10**exponent) if exponent >= 0 else mantissa / 10**-exponent


def _signed(bits: int, width: int) -> int:
    return bits - (1 << width) if bits >> (width - 1) else bits
