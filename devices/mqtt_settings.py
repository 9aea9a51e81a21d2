"""What the MQTT driver must be told: the broker, ourselves, and the devices we expect there."""

from pathlib import Path

import msgspec

from devices.mapping_row import MappingRow
from devices.mqtt_filters import covering
from devices.reading import Origin
from devices.wire.bounded_json import Limits


class MqttSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One broker and how we present ourselves to it.

    `client_id` must stay the same for ever and be used by nobody else: the broker keeps our
    messages under it while we are away. TLS is on exactly when `ca_file` is given; `cert_file` and
    `key_file` (PEM, both or none) show the broker who we are.
    `one_filter`: hear native and mapped topics, and strangers' with them, through a single filter,
    for a broker that keeps order within a filter only.
    `limits` are those of payloads that `mapping` reads.
    """

    site: str
    host: str = "127.0.0.1"
    port: int = 1883
    client_id: str = "kat-monitor"
    username: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    keepalive_s: float = 10.0
    origin: Origin = Origin.REAL
    mapping: tuple[MappingRow, ...] = ()
    one_filter: bool = False
    limits: Limits = Limits()

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.ca_file is not None

    @property
    def own_topics(self) -> str:
        """What our own topics begin with; no bed may be called so."""
        return f"kat/{self.site}/monitor/"

    @property
    def status_topic(self) -> str:
        """Where lights and relays hear that we live."""
        return f"kat/{self.site}/monitor/status"

    @property
    def marker_topic(self) -> str:
        """Our own topic: what we send there comes back behind everything the broker had queued."""
        return f"kat/{self.site}/monitor/marker/{self.client_id}"

    @property
    def filters(self) -> tuple[str, ...]:
        """The topic filters of our session.

        The first holds the native devices and the marker. The second is what we publish of alarms:
        it comes back as a light would hear it, and shows what is still retained for beds that are
        gone.
        """
        return self._covering if self.one_filter else self._separate

    @property
    def other_filters(self) -> tuple[str, ...]:
        """What a session of ours may be subscribed to from the time when `one_filter` differed."""
        others = self._separate if self.one_filter else self._covering
        return tuple(name for name in others if name not in self.filters)

    @property
    def _separate(self) -> tuple[str, ...]:
        foreign = dict.fromkeys(row.filter for row in self.mapping)
        return (f"kat/{self.site}/+/+/+", f"kat/{self.site}/+/alarm", *foreign)

    @property
    def _covering(self) -> tuple[str, ...]:
        return (covering(self._separate),)


class MqttDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device we expect on the broker.

    `streams`: it sends readings all the time. `silent_after` seconds without live readings (without
    any message, for one that does not stream) its link counts as down; None: never. `period_s`: the
    usual time between two of its messages.
    """

    bed: str
    device: str
    streams: bool = True
    silent_after: float | None = 10.0
    period_s: float = 1.0
