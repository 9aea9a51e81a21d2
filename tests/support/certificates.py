"""Certificates for tests: an authority made on the spot, and what it signs, as PEM files."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID


class Signed(NamedTuple):
    """A certificate and its key, as files."""

    cert: Path
    key: Path


class Authority:
    """Signs certificates into `folder`; its own is `ca`. Each lasts from yesterday for `days`."""

    def __init__(self, folder: Path, name: str = "test authority", *, days: float = 365.0) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self.ca = folder / f"{name.replace(' ', '-')}.pem"
        self.ca.write_bytes(self._sign(self._name, self._key.public_key(), (), days))

    def sign(
        self,
        name: str,
        *,
        hosts: tuple[str, ...] = (),
        days: float = 365.0,
        passphrase: bytes | None = None,
    ) -> Signed:
        """A certificate for a client called `name`, or for a server at `hosts`."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = Signed(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        signed.cert.write_bytes(self._sign(_named(name), key.public_key(), hosts, days))
        secret: KeySerializationEncryption = (
            BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        )
        signed.key.touch(mode=0o600)
        signed.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret))
        return signed

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        hosts: tuple[str, ...],
        days: float,
    ) -> bytes:
        now = datetime.now(UTC)
        own = subject == self._name
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1) + timedelta(days=min(days, 0.0)))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=own, path_length=None), critical=True)
        )
        if hosts:
            names = x509.SubjectAlternativeName([_alternative(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
