"""A virtual bedside device on the radio: any services, what it sends, and how its links fare."""

import asyncio
import functools
from collections.abc import Awaitable

from bumble.device import Connection, Device
from bumble.gatt import Characteristic
from bumble.pairing import PairingConfig, PairingDelegate

from simulators.attributes import Attributes, advertise_as
from simulators.gatt import VirtualService
from simulators.radio import VirtualRadio
from simulators.radio_faults import RadioFaults

# A device in a ward advertises a few times a second; a gateway then finds it at once.
_ADVERTISING_INTERVAL_MS = 60.0
# A central confirms an indication within a connection interval or two, or it is gone.
_CONFIRM_TIMEOUT = 2.0


class Peripheral:
    """A GATT server that advertises, sends frames to who subscribes, and fails like a real one.

    The first characteristic of its services that sends by itself is its measurement; its first
    service is advertised. Its `faults` may be set at any time. Switch it on before use and off at
    the end.
    """

    def __init__(
        self, radio: VirtualRadio, address: str, name: str, *services: VirtualService
    ) -> None:
        self.address = address.upper()
        self.name = name
        self.faults = RadioFaults()
        self._radio = radio
        self._services = list(services)
        self._telling: dict[str, Characteristic[bytes]] = {}
        self._subscribed: dict[str, asyncio.Event] = {
            offer.uuid: asyncio.Event()
            for service in services
            for offer in service.offers
            if offer.tells
        }
        self._measurement = next(iter(self._subscribed))
        self._host: Device | None = None
        self._link: Connection | None = None
        self._carried = 0  # frames over this link
        self._return: asyncio.TimerHandle | None = None
        self._answers: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether a central holds a link to it."""
        return self._link is not None

    def fit(self, service: VirtualService) -> None:
        """Give it one more service, not advertised, before it is switched on."""
        self._services.append(service)
        self._subscribed |= {one.uuid: asyncio.Event() for one in service.offers if one.tells}

    async def switch_on(self, *, advertise: bool = True) -> None:
        """Power on and, unless it shall sleep, advertise whenever nobody is connected."""
        host = await self._radio.power_on(self.address, self.name)
        self._host = host
        attributes = Attributes(
            host, self.faults, subscribing=self._may_subscribe, afterwards=self._answer
        )
        for service in self._services:
            attributes.add(service)
        self._telling = attributes.telling
        for uuid, characteristic in attributes.telling.items():
            heard = functools.partial(self._on_subscription, self._subscribed[uuid])
            characteristic.on(Characteristic.EVENT_SUBSCRIPTION, heard)
        advertise_as(host, self.name, (self._services[0].uuid,))
        host.pairing_config_factory = self._pairing
        host.on(Device.EVENT_CONNECTION, self._on_connected)
        if advertise:
            await self.advertise(always=True)

    async def switch_off(self) -> None:
        """Go off the air."""
        if self._return is not None:
            self._return.cancel()
        for answer in self._answers:
            answer.cancel()
        host, self._host = self._host, None
        if host is not None:
            await self._radio.power_off(host)

    async def advertise(self, *, always: bool) -> None:
        """Advertise until somebody connects; `always`, again after each disconnect as well."""
        await self._on_air().start_advertising(
            auto_restart=always,
            advertising_interval_min=_ADVERTISING_INTERVAL_MS,
            advertising_interval_max=_ADVERTISING_INTERVAL_MS,
        )

    async def send(self, frame: bytes, uuid: str | None = None) -> bool:
        """Send any bytes, garbage too, as the measurement or another characteristic.

        False where nobody is subscribed or has confirmed an indication, or it keeps silent.
        """
        wanted = uuid or self._measurement
        faults = self.faults
        if self._link is None or faults.silent or not self._subscribed[wanted].is_set():
            return False
        if faults.garbage is not None:
            frame, faults.garbage = faults.garbage, None
        pieces = _cut(frame, faults.split) * (2 if faults.doubled else 1)
        sent = [await self._send_piece(self._telling[wanted], piece) for piece in pieces]
        return all(sent) and await self._survives_frame()

    async def wait_subscribed(self, uuid: str | None = None) -> None:
        """Return once a central listens to the measurement, or to that characteristic."""
        await self._subscribed[uuid or self._measurement].wait()

    async def drop(self) -> None:
        """End the link, as a device does whose button is pressed; it is found again at once."""
        if self._link is not None:
            await self._link.disconnect()

    def fade(self, seconds: float | None = None) -> None:
        """Go out of range, for a while or until `approach`; the link times out."""
        self._stay()
        self._radio.fade(self.address)
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._return = loop.call_later(seconds, self.approach)

    def approach(self) -> None:
        """Come back into range."""
        self._stay()
        self._radio.approach(self.address)

    async def forget_bonds(self) -> None:
        """Lose every bond, as a device does that is reset."""
        keys = self._on_air().keystore
        if keys is not None:
            await keys.delete_all()

    def _stay(self) -> None:
        if self._return is not None:
            self._return.cancel()
            self._return = None

    async def _send_piece(self, characteristic: Characteristic[bytes], piece: bytes) -> bool:
        link, host = self._link, self._on_air()
        if link is None:
            return False
        if Characteristic.Properties.INDICATE not in characteristic.properties:
            await host.notify_subscriber(link, characteristic, piece)
            return True
        try:
            async with asyncio.timeout(_CONFIRM_TIMEOUT):
                await host.indicate_subscriber(link, characteristic, piece)
        except TimeoutError:
            return False
        return True

    async def _survives_frame(self) -> bool:
        """Whether the frame counts as delivered; the link may end with it."""
        self._carried += 1
        if self._carried == self.faults.unconfirmed_after:
            self.faults.unconfirmed_after = None
            await self.drop()
            return False
        if self._carried == self.faults.drop_after:
            await self.drop()
        return True

    async def _may_subscribe(self) -> bool:
        if not self.faults.drops_at_subscribe:
            return True
        self.faults.drops_at_subscribe -= 1
        await self.drop()
        return False

    def _answer(self, work: Awaitable[None]) -> None:
        """Keep hold of the task: nobody else does."""

        async def answer() -> None:
            await work

        task = asyncio.get_running_loop().create_task(answer(), name=f"{self.name} answers")
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def _pairing(self, _link: Connection) -> PairingConfig:
        return PairingConfig(mitm=False, delegate=_Consent(self.faults))

    def _on_air(self) -> Device:
        if self._host is None:
            raise RuntimeError(f"{self.name} is off; switch it on first")
        return self._host

    def _on_connected(self, link: Connection) -> None:
        self._link = link
        self._carried = 0
        link.on(Connection.EVENT_DISCONNECTION, functools.partial(self._on_disconnected, link))
        if self.faults.drops_at_connect:
            self.faults.drops_at_connect -= 1
            self._answer(self.drop())

    def _on_disconnected(self, link: Connection, _reason: int) -> None:
        if link is not self._link:
            return
        self._link = None
        for subscribed in self._subscribed.values():
            subscribed.clear()
        if self.faults.return_delay and self._host is not None:
            self.fade(self.faults.return_delay)

    def _on_subscription(
        self, subscribed: asyncio.Event, _link: Connection, notify: bool, indicate: bool
    ) -> None:
        if notify or indicate:
            subscribed.set()
        else:
            subscribed.clear()


class _Consent(PairingDelegate):
    """Says yes to whoever wants to pair, without any input or output, unless it refuses."""

    def __init__(self, faults: RadioFaults) -> None:
        super().__init__()
        self._faults = faults

    async def accept(self) -> bool:
        return not self._faults.refuses_bond


def _cut(frame: bytes, size: int | None) -> list[bytes]:
    if size is None or len(frame) <= size:
        return [frame]
    return [frame[at : at + size] for at in range(0, len(frame), size)]
