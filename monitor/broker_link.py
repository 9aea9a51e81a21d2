"""The broker of a running service: other devices, rows and beds without a new connection."""

from collections.abc import Iterable, Mapping, Sequence

from alerts.event import AlarmEvent
from devices.mqtt import MqttDevice, MqttDriver, MqttSettings
from devices.mqtt_connection import SubscriptionRefused
from monitor.alarm_topics import AlarmTopics
from monitor.changes import ReloadRefused


class BrokerLink:
    """What the broker's part was told, and whoever carries it out now; None while it is restarted.

    A part that fails is started again: it then begins with what is told here.
    """

    def __init__(self, settings: MqttSettings, devices: Iterable[MqttDevice]) -> None:
        self.settings = settings
        self.devices = tuple(devices)
        self._driver: MqttDriver | None = None
        self._topics: AlarmTopics | None = None

    def hold(self, driver: MqttDriver, topics: AlarmTopics) -> None:
        """These carry it out from now on."""
        self._driver, self._topics = driver, topics

    def let_go(self) -> None:
        """Nobody does until the part is started again."""
        self._driver = self._topics = None

    async def prepare(self, settings: MqttSettings) -> None:
        """Ask the broker for the topics of other mapping rows, before anything changes.

        Raises ReloadRefused where it does not let us hear them. `settle` follows, come what may.
        """
        if self._driver is None or settings.mapping == self.settings.mapping:
            return
        try:
            await self._driver.prepare(settings.mapping)
        except SubscriptionRefused as refused:
            raise ReloadRefused([f"mqtt.mapping: {refused}"]) from None

    def change(
        self,
        settings: MqttSettings,
        devices: Sequence[MqttDevice],
        *,
        come: Mapping[str, Iterable[AlarmEvent]],
        gone: Iterable[str],
    ) -> None:
        """Expect these devices, publish for the beds that come, clear what stands of those gone.

        `come`: what stands at each, for a bed may come back with its session. A plain call;
        `settle` follows once the intake knows the beds.
        """
        self.settings, self.devices = settings, tuple(devices)
        if self._driver is None or self._topics is None:
            return
        self._driver.change(settings.mapping, devices)
        for bed in gone:
            self._topics.end(bed)
        for bed, standing in come.items():
            self._topics.begin(bed, standing)

    async def settle(self) -> None:
        """After `prepare` or `change`, whether or not anything changed: take what waited."""
        if self._driver is not None:
            self._driver.change(self.settings.mapping, self.devices)
            await self._driver.settle()
