"""Password, certificates and keys from files: what is wrong is named with its key and file."""

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from devices.certificates import validities
from devices.mqtt_credentials import CredentialUnusable, broker_warnings, load_credentials
from devices.mqtt_settings import MqttSettings
from tests.support.certificates import Authority

DAY = 86_400.0


def complaint(**files: Any) -> str:
    with pytest.raises(CredentialUnusable) as caught:
        load_credentials(MqttSettings(site="clinic", username="kat", **files), time.time())
    return str(caught.value)


def warnings(**files: Any) -> tuple[str, ...]:
    settings = MqttSettings(site="clinic", username="kat", **files)
    return load_credentials(settings, time.time()).warnings


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def write_binary(path: Path) -> None:
    path.write_bytes(b"\x30\x82\xff\xfe")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_whole_credentials_load_without_a_word(tmp_path: Path, authority: Authority) -> None:
    password = secret(tmp_path / "password", "secret\n")
    ours = authority.sign("kat-monitor")
    settings = MqttSettings(
        site="clinic",
        username="kat",
        password_file=password,
        ca_file=authority.ca,
        cert_file=ours.cert,
        key_file=ours.key,
    )
    loaded = load_credentials(settings, time.time())
    assert (loaded.password, loaded.warnings) == ("secret", ())
    assert loaded.tls is not None


@pytest.mark.parametrize("key", ["password_file", "ca_file", "cert_file", "key_file"])
@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (Path.unlink, "does not exist"),
        (replace_by_folder, "cannot be read: Is a directory"),
        (write_binary, "is not text"),
    ],
    ids=["missing", "unreadable", "binary"],
)
def test_a_file_that_cannot_be_read_is_named_with_its_key(
    tmp_path: Path, authority: Authority, key: str, spoil: Callable[[Path], object], why: str
) -> None:
    ours = authority.sign("kat-monitor")
    files = {
        "password_file": secret(tmp_path / "password", "secret"),
        "ca_file": authority.ca,
        "cert_file": ours.cert,
        "key_file": ours.key,
    }
    spoil(files[key])
    assert complaint(**files).startswith(f"mqtt.{key} {files[key]} {why}")


def test_what_is_no_certificate_key_or_password_says_so(
    tmp_path: Path, authority: Authority
) -> None:
    ours, other = authority.sign("kat-monitor"), authority.sign("other")
    locked = authority.sign("locked", passphrase=b"x")
    junk = secret(tmp_path / "junk", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    empty = secret(tmp_path / "empty", "\n")
    assert complaint(password_file=empty) == f"mqtt.password_file {empty} is empty"
    for wrong in (junk, empty, ours.key):
        said = complaint(ca_file=wrong)
        assert said.startswith(f"mqtt.ca_file {wrong} holds no certificate in PEM form")
    trusted: dict[str, Any] = {"ca_file": authority.ca}
    said = complaint(**trusted, cert_file=ours.key, key_file=ours.key)
    assert said.startswith(f"mqtt.cert_file {ours.key} holds no certificate in PEM form")
    said = complaint(**trusted, cert_file=ours.cert, key_file=other.key)
    assert said == f"mqtt.key_file {other.key} is not the key of mqtt.cert_file {ours.cert}"
    for wrong in (ours.cert, locked.key):
        said = complaint(**trusted, cert_file=ours.cert, key_file=wrong)
        assert said.startswith(f"mqtt.key_file {wrong} holds no private key in PEM form")


def test_a_secret_that_everyone_can_read_is_a_warning(tmp_path: Path, authority: Authority) -> None:
    password, ours = secret(tmp_path / "password", "secret"), authority.sign("kat-monitor")
    password.chmod(0o644)
    ours.key.chmod(0o604)
    told = warnings(
        password_file=password, ca_file=authority.ca, cert_file=ours.cert, key_file=ours.key
    )
    assert told == (
        f"mqtt.password_file {password} can be read by everyone on this machine: chmod 600",
        f"mqtt.key_file {ours.key} can be read by everyone on this machine: chmod 600",
    )
    password.chmod(0o640)  # its group is its owner's matter
    assert warnings(password_file=password) == ()


@pytest.mark.parametrize(
    ("days", "said"), [(31.0, None), (29.5, "expires in 29 days, on "), (-1.0, "has expired on ")]
)
def test_a_certificate_is_told_thirty_days_before_its_end(
    tmp_path: Path, days: float, said: str | None
) -> None:
    authority = Authority(tmp_path, days=days)
    ours = authority.sign("kat-monitor", days=days)
    end = (datetime.now(UTC).timestamp() + days * DAY) if said else 0.0
    day = datetime.fromtimestamp(end, UTC).strftime("%Y-%m-%d")
    assert warnings(ca_file=authority.ca, cert_file=ours.cert, key_file=ours.key) == (
        (f"mqtt.ca_file {authority.ca} {said}{day}", f"mqtt.cert_file {ours.cert} {said}{day}")
        if said
        else ()
    )


def test_a_bundle_of_authorities_serves_while_one_of_them_does(tmp_path: Path) -> None:
    old, new = Authority(tmp_path, "old", days=-1.0), Authority(tmp_path, "new")
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(old.ca.read_text() + new.ca.read_text())
    assert warnings(ca_file=bundle) == ()


def test_a_certificate_of_the_future_asks_for_the_clock(authority: Authority) -> None:
    settings = MqttSettings(site="clinic", ca_file=authority.ca)
    (told,) = load_credentials(settings, time.time() - 2 * DAY).warnings
    assert "is this machine's clock right?" in told


def test_the_brokers_own_certificate_is_told_likewise() -> None:
    now = 1_795_000_000.0
    assert broker_warnings(None, now) == broker_warnings(now + 31 * DAY, now) == ()
    (told,) = broker_warnings(now + 3.5 * DAY, now)
    assert told.startswith("the broker's certificate expires in 3 days, on ")


def test_validities_are_those_that_a_full_parser_finds(tmp_path: Path) -> None:
    for days in (1.0, 365.0, 365.0 * 40):  # the last in GeneralizedTime, as it is beyond 2049
        text = Authority(tmp_path, days=days).ca.read_text()
        (found,) = validities(text)
        known = x509.load_pem_x509_certificate(text.encode())
        assert found.begins == known.not_valid_before_utc.timestamp()
        assert found.ends == known.not_valid_after_utc.timestamp()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> str:
    return Authority(tmp_path_factory.mktemp("good")).ca.read_text()


@given(place=st.integers(30, 300), letter=st.sampled_from("ABCabc012+/=\n"))
def test_no_damaged_certificate_raises_anything_else(good: str, place: int, letter: str) -> None:
    with contextlib.suppress(ValueError):
        validities(good[:place] + letter + good[place + 1 :])


def secret(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path
