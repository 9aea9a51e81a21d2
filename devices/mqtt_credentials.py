"""What we show the broker and what we trust it by: password, client certificate, CA.

Files are read anew for each connection, so a password or certificate changes without a restart.
"""

import asyncio
import logging
import math
import ssl
import stat
import time
from pathlib import Path
from typing import NamedTuple, Never

from devices.certificates import Validity, trouble_with, validities
from devices.mqtt_settings import MqttSettings

_LOG = logging.getLogger(__name__)
_DAY = 86_400.0  # s: the validity of a certificate is counted in days, so once a day we look
_FOR_ALL = stat.S_IRGRP | stat.S_IROTH
_NO_CERTIFICATE = "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"


class CredentialUnusable(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A file of the configuration cannot be used; the message names its key, itself, and why."""


class _Wire(ssl.SSLSocket):
    """paho leaves a socket open whose handshake failed."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            if self.gettimeout() != 0.0:  # else it only has to wait
                self.close()
            raise


class Credentials(NamedTuple):
    """Ready for use. `warnings`: what somebody must see to, each naming key and file."""

    password: str | None
    tls: ssl.SSLContext | None
    warnings: tuple[str, ...]


class CredentialWatch:
    """Loads the credentials of one driver, and logs each warning when it comes up."""

    def __init__(self, settings: MqttSettings) -> None:
        self._settings = settings
        self._said: set[str] = set()

    async def load(self) -> Credentials:
        """The credentials as the files now are. Raises CredentialUnusable."""
        credentials = await asyncio.to_thread(load_credentials, self._settings, time.time())
        self._warn(credentials.warnings)
        return credentials

    def broker_shows(self, certificate_end: float | None) -> None:
        """The broker has shown a certificate that ends then (seconds since 1970)."""
        self._warn(broker_warnings(certificate_end, time.time()))

    async def watch(self) -> Never:
        """Look every day, as a connection may last for months."""
        while True:
            await asyncio.sleep(_DAY)
            try:
                await self.load()
            except CredentialUnusable as error:
                _LOG.error("%s; the next connection will fail", error)

    def _warn(self, warnings: tuple[str, ...]) -> None:
        for warning in warnings:
            if warning not in self._said:
                self._said.add(warning)
                _LOG.warning("%s", warning)


def load_credentials(settings: MqttSettings, now: float) -> Credentials:
    """Read all files of the settings; `now` is seconds since 1970. Blocks.

    Raises CredentialUnusable.
    """
    warnings: list[str] = []
    password = None
    if settings.password_file is not None:
        password = _read("password_file", settings.password_file).strip()
        if not password:
            raise _unusable("password_file", settings.password_file, "is empty")
        warnings += _readable_by_others("password_file", settings.password_file)
    if settings.ca_file is None:
        return Credentials(password, None, tuple(warnings))
    context, ends = _trust(settings.ca_file)
    warnings += _running_out("ca_file", settings.ca_file, ends, now)
    if settings.cert_file is not None and settings.key_file is not None:
        ends = _show(context, settings.cert_file, settings.key_file)
        warnings += _running_out("cert_file", settings.cert_file, ends, now)
        warnings += _readable_by_others("key_file", settings.key_file)
    return Credentials(password, context, tuple(warnings))


def broker_warnings(certificate_end: float | None, now: float) -> tuple[str, ...]:
    """What must be said of the broker's own certificate that ends then."""
    if certificate_end is None:
        return ()
    trouble = trouble_with(Validity(-math.inf, certificate_end), now)
    return (f"the broker's certificate {trouble}",) if trouble else ()


def _trust(path: Path) -> tuple[ssl.SSLContext, Validity]:
    """A context that trusts this file and nobody else; it serves while one of its CAs does."""
    text = _read("ca_file", path)
    valid = _validities("ca_file", path, text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies chain and name
    context.sslsocket_class = _Wire
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cadata=text)
    except ssl.SSLError:
        raise _unusable("ca_file", path, _NO_CERTIFICATE) from None
    return context, max(valid, key=lambda one: one.ends)


def _show(context: ssl.SSLContext, cert: Path, key: Path) -> Validity:
    """Let the context show our certificate; it serves as long as its whole chain does."""
    valid = _validities("cert_file", cert, _read("cert_file", cert))
    _read("key_file", key)
    try:
        context.load_cert_chain(cert, key, password=_no_passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise _unusable("key_file", key, f"is not the key of mqtt.cert_file {cert}") from None
        why = "holds no private key in PEM form, or one with a passphrase: take that off"
        raise _unusable("key_file", key, why) from None
    return min(valid, key=lambda one: one.ends)


def _no_passphrase() -> str:
    """Else OpenSSL would ask for one on the terminal."""
    return ""


def _validities(name: str, path: Path, text: str) -> list[Validity]:
    try:
        found = validities(text)
    except ValueError:
        found = []
    if not found:
        raise _unusable(name, path, _NO_CERTIFICATE)
    return found


def _running_out(name: str, path: Path, validity: Validity, now: float) -> list[str]:
    trouble = trouble_with(validity, now)
    return [f"mqtt.{name} {path} {trouble}"] if trouble else []


def _readable_by_others(name: str, path: Path) -> list[str]:
    mode = path.stat().st_mode
    if not mode & stat.S_IROTH:
        return []
    mended = stat.S_IMODE(mode & ~_FOR_ALL)
    return [f"mqtt.{name} {path} can be read by everyone on this machine: chmod {mended:o}"]


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _unusable(name, path, "does not exist") from None
    except OSError as error:
        raise _unusable(name, path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _unusable(name, path, "is not text; certificates and keys are PEM files") from None


def _unusable(name: str, path: Path, why: str) -> CredentialUnusable:
    return CredentialUnusable(f"mqtt.{name} {path} {why}")
