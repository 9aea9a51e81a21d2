"""A virtual bedside device on the radio: one GATT service, one measurement, and ways to fail."""

import asyncio
import functools

from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, Service

from simulators.radio import VirtualRadio

# A device in a ward advertises a few times a second; a gateway then finds it at once.
_ADVERTISING_INTERVAL_MS = 60.0
# A central confirms an indication within a connection interval or two, or it is gone.
_CONFIRM_TIMEOUT = 2.0


class Peripheral:
    """A GATT server that advertises, sends frames to who subscribes, and fails like a real one.

    `silent` keeps the link but sends nothing. Switch it on before use and off at the end.
    """

    def __init__(
        self,
        radio: VirtualRadio,
        address: str,
        name: str,
        *,
        service: str,
        measurement: str,
        feature: tuple[str, bytes] | None = None,
        indicates: bool = False,
    ) -> None:
        self.address = address.upper()
        self.name = name
        self.silent = False
        self._radio = radio
        self._service = service
        self._feature = feature
        self._indicates = indicates
        self._measurement: Characteristic[bytes] = Characteristic(
            UUID(measurement),
            Characteristic.Properties.INDICATE if indicates else Characteristic.Properties.NOTIFY,
            Characteristic.Permissions(0),
            b"",
        )
        self._host: Device | None = None
        self._link: Connection | None = None
        self._subscribed = asyncio.Event()
        self._return: asyncio.TimerHandle | None = None

    @property
    def connected(self) -> bool:
        """Whether a central holds a link to it."""
        return self._link is not None

    async def switch_on(self, *, advertise: bool = True) -> None:
        """Power on and, unless it shall sleep, advertise whenever nobody is connected."""
        host = await self._radio.power_on(self.address, self.name)
        self._host = host
        host.add_service(Service(UUID(self._service), self._characteristics()))
        host.advertising_data = _advertised(self.name, self._service)
        host.on(Device.EVENT_CONNECTION, self._on_connected)
        subscription = Characteristic.EVENT_SUBSCRIPTION
        self._measurement.on(subscription, self._on_subscription)
        if advertise:
            await self.advertise(always=True)

    async def switch_off(self) -> None:
        """Go off the air."""
        if self._return is not None:
            self._return.cancel()
        if self._host is not None:
            await self._radio.power_off(self._host)
            self._host = None

    async def advertise(self, *, always: bool) -> None:
        """Advertise until somebody connects; `always`, again after each disconnect as well."""
        await self._on_air().start_advertising(
            auto_restart=always,
            advertising_interval_min=_ADVERTISING_INTERVAL_MS,
            advertising_interval_max=_ADVERTISING_INTERVAL_MS,
        )

    async def send(self, frame: bytes) -> bool:
        """Send any bytes, garbage too; False where nobody is subscribed or it keeps silent."""
        link = self._link
        if link is None or self.silent or not self._subscribed.is_set():
            return False
        host = self._on_air()
        if not self._indicates:
            await host.notify_subscriber(link, self._measurement, frame)
            return True
        try:
            async with asyncio.timeout(_CONFIRM_TIMEOUT):
                await host.indicate_subscriber(link, self._measurement, frame)
        except TimeoutError:
            return False
        return True

    async def wait_subscribed(self) -> None:
        """Return once a central listens."""
        await self._subscribed.wait()

    async def drop(self) -> None:
        """End the link, as a device does whose button is pressed; it is found again at once."""
        if self._link is not None:
            await self._link.disconnect()

    def fade(self, seconds: float | None = None) -> None:
        """Go out of range, for a while or until `approach`; the link times out."""
        self._radio.fade(self.address)
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._return = loop.call_later(seconds, self.approach)

    def approach(self) -> None:
        """Come back into range."""
        self._radio.approach(self.address)

    def _characteristics(self) -> list[Characteristic[bytes]]:
        if self._feature is None:
            return [self._measurement]
        uuid, value = self._feature
        properties, permissions = Characteristic.Properties.READ, Characteristic.READABLE
        told: Characteristic[bytes] = Characteristic(UUID(uuid), properties, permissions, value)
        return [self._measurement, told]

    def _on_air(self) -> Device:
        if self._host is None:
            raise RuntimeError(f"{self.name} is off; switch it on first")
        return self._host

    def _on_connected(self, link: Connection) -> None:
        self._link = link
        link.on(Connection.EVENT_DISCONNECTION, functools.partial(self._on_disconnected, link))

    def _on_disconnected(self, link: Connection, _reason: int) -> None:
        if link is self._link:
            self._link = None
            self._subscribed.clear()

    def _on_subscription(self, _link: Connection, notify: bool, indicate: bool) -> None:
        if notify or indicate:
            self._subscribed.set()
        else:
            self._subscribed.clear()


def _advertised(name: str, service: str) -> bytes:
    kinds = AdvertisingData.Type
    return bytes(
        AdvertisingData(
            [
                (
                    kinds.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
                    UUID(service).to_pdu_bytes(),
                ),
                (kinds.COMPLETE_LOCAL_NAME, name.encode()),
            ]
        )
    )
