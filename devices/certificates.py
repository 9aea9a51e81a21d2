"""How long X.509 certificates are valid, read from PEM text. Pure.

The standard library verifies certificates but does not say when a file's own ones run out; so here
are the few fields of RFC 5280 that tell it.
"""

import re
import ssl
from datetime import UTC, datetime
from typing import NamedTuple

SOON = 30 * 86_400.0
"""Seconds ahead at which a certificate's end is told: time to have a new one made."""

_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE, _VERSION, _INTEGER, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0xA0, 0x02, 0x17, 0x18


class Validity(NamedTuple):
    """From when to when a certificate holds, in seconds since 1970."""

    begins: float
    ends: float


def validities(pem: str) -> list[Validity]:
    """The validity of each certificate in a PEM text. Raises ValueError for one that is none."""
    return [_validity(ssl.PEM_cert_to_DER_cert(block)) for block in _BLOCK.findall(pem)]


def trouble_with(validity: Validity, now: float) -> str | None:
    """What must be said of a certificate at `now` (seconds since 1970); None: all is well."""
    if now < validity.begins:
        return f"is valid only from {_day(validity.begins)} on; is this machine's clock right?"
    if now >= validity.ends:
        return f"has expired on {_day(validity.ends)}"
    if now >= validity.ends - SOON:
        days = int((validity.ends - now) // 86_400)
        return f"expires in {days} days, on {_day(validity.ends)}"
    return None


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def _validity(der: bytes) -> Validity:
    """Certificate > tbsCertificate > version?, serial, algorithm, issuer, validity > two times."""
    try:
        _, certificate, _ = _element(der)
        _, fields, _ = _element(certificate)
        tag, _, rest = _element(fields)
        if tag == _VERSION:
            tag, _, rest = _element(rest)
        for _ in ("algorithm", "issuer"):
            _, _, rest = _element(rest)
        kind, times, _ = _element(rest)
        if tag != _INTEGER or kind != _SEQUENCE:
            raise ValueError("no X.509 certificate")
        begin_tag, begins, rest = _element(times)
        end_tag, ends, _ = _element(rest)
        return Validity(_time(begin_tag, begins), _time(end_tag, ends))
    except IndexError:
        raise ValueError("no X.509 certificate: it ends early") from None


def _element(der: bytes) -> tuple[int, bytes, bytes]:
    """Tag and content of the first DER element, and what follows it."""
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start])
    if len(der) < start + length:
        raise IndexError
    return der[0], der[start : start + length], der[start + length :]


def _time(tag: int, content: bytes) -> float:
    text = content.decode("ascii")
    if tag == _UTC_TIME:  # two digits of the year: 50 to 99 are of the last century
        text = ("19" if text[:2] >= "50" else "20") + text
    elif tag != _GENERALIZED_TIME:
        raise ValueError("no X.509 certificate: its validity holds no time")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()
