"""The rows of a virtual device as bumble's attributes, behind its bond and its slowness."""

import asyncio
from collections.abc import Awaitable, Callable

from bumble import att
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import (
    GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR,
    Characteristic,
    Descriptor,
    Service,
)

from simulators.gatt import Offer, VirtualService
from simulators.radio_faults import RadioFaults

_ADVERTISED_LENGTH = 31
_Properties = Characteristic.Properties
_OPEN = Characteristic.READABLE | Characteristic.WRITEABLE


class Attributes:
    """Builds the attributes of one device on its host.

    `subscribing` is asked before each subscription; where it returns False nobody is answered.
    `afterwards` takes what a writer's wish leads to once its write is answered.
    """

    def __init__(
        self,
        host: Device,
        faults: RadioFaults,
        *,
        subscribing: Callable[[], Awaitable[bool]],
        afterwards: Callable[[Awaitable[None]], None],
    ) -> None:
        self._host = host
        self._faults = faults
        self._subscribing = subscribing
        self._afterwards = afterwards
        self.telling: dict[str, Characteristic[bytes]] = {}

    def add(self, service: VirtualService) -> None:
        """Offer the service; `telling` holds its characteristics that send by themselves."""
        found = [self._characteristic(offer) for offer in service.offers]
        self._host.add_service(Service(UUID(service.uuid), found))
        for offer, characteristic in zip(service.offers, found, strict=True):
            if offer.tells:
                self.telling[offer.uuid] = characteristic

    def _characteristic(self, offer: Offer) -> Characteristic[bytes]:
        characteristic: Characteristic[bytes] = Characteristic(
            UUID(offer.uuid), _properties(offer), _OPEN, self._value(offer)
        )
        if offer.tells:
            characteristic.descriptors = (self._subscription(offer, characteristic),)
        return characteristic

    def _value(self, offer: Offer) -> att.AttributeValue[bytes]:
        async def read(link: Connection) -> bytes:
            await self._admit(offer, link)
            if offer.value is None:
                raise att.ATT_Error(att.ATT_READ_NOT_PERMITTED_ERROR)
            return offer.value() if callable(offer.value) else offer.value

        async def write(link: Connection, data: bytes) -> None:
            await self._admit(offer, link)
            if offer.written is None:
                raise att.ATT_Error(att.ATT_WRITE_NOT_PERMITTED_ERROR)
            consequence = offer.written(data)
            if consequence is not None:
                self._afterwards(consequence)

        return att.AttributeValue(read, write)

    def _subscription(self, offer: Offer, characteristic: Characteristic[bytes]) -> Descriptor:
        server = self._host.gatt_server

        def read(bearer: att.Bearer) -> bytes:
            return server.read_cccd(bearer, characteristic)

        async def write(bearer: att.Bearer, value: bytes) -> None:
            link = bearer.connection if att.is_enhanced_bearer(bearer) else bearer
            await self._admit(offer, link)
            if await self._subscribing():
                server.write_cccd(bearer, characteristic, value)

        kind = GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR
        return Descriptor(kind, _OPEN, att.AttributeValueV2(read, write))

    async def _admit(self, offer: Offer, link: Connection) -> None:
        if self._faults.answer_delay:
            await link.cancel_on_disconnection(asyncio.sleep(self._faults.answer_delay))
        if offer.protected and not link.is_encrypted:
            raise att.ATT_Error(att.ATT_INSUFFICIENT_AUTHENTICATION_ERROR)


def advertise_as(host: Device, name: str, services: tuple[str, ...]) -> None:
    """Put the name on the air, and the services beside it or, for want of room, in the answer."""
    first = [(AdvertisingData.Type.COMPLETE_LOCAL_NAME, name.encode())]
    both = bytes(AdvertisingData([*_service_lists(services), *first]))
    if len(both) <= _ADVERTISED_LENGTH:
        host.advertising_data = both
    else:
        host.advertising_data = bytes(AdvertisingData(first))
        host.scan_response_data = bytes(AdvertisingData(_service_lists(services)))


def _service_lists(services: tuple[str, ...]) -> list[tuple[AdvertisingData.Type, bytes]]:
    kinds = {
        2: AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
        16: AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    }
    told = [UUID(service).to_pdu_bytes() for service in services]
    lists = (
        (kind, b"".join(one for one in told if len(one) == size)) for size, kind in kinds.items()
    )
    return [(kind, data) for kind, data in lists if data]


def _properties(offer: Offer) -> Characteristic.Properties:
    properties = _Properties(0)
    if offer.notifies:
        properties |= _Properties.NOTIFY
    if offer.indicates:
        properties |= _Properties.INDICATE
    if offer.value is not None:
        properties |= _Properties.READ
    if offer.written is not None:
        properties |= _Properties.WRITE | _Properties.WRITE_WITHOUT_RESPONSE
    return properties
