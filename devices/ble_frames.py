"""Frames of one Bluetooth device to Readings in the intake, stored ones marked as history."""

import asyncio
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import msgspec

from devices.catalog import DeviceModel
from devices.deliveries import Deliveries, Delivery
from devices.errors import MalformedFrame
from devices.frame_marks import FrameMarks, Seen
from devices.measured import epoch_of
from devices.reading import Cuff, Header, Intake, Malformed, Reading
from devices.speech.talk import Ask, Measurement, Said, Say, Speech


class Heard(NamedTuple):
    """What a frame asks us to answer, and whether it was what the device is there to measure."""

    asks: tuple[Ask, ...]
    vital: bool


class _Told(NamedTuple):
    """What a delivered measurement says, and the mark of the frame that said it."""

    say: Say
    mark: bytes


class FrameIntake:
    """Takes a device's frames for as long as the device is configured, over all its connections.

    `known`: marks of the frames that the record holds from earlier runs, with their time; `sender`
    tells this device's frames from another's, wherever it is configured. Where it `echoes`, a frame
    may come by two ways: nonsense that is repeated within seconds is told once.
    """

    def __init__(
        self,
        model: DeviceModel,
        header: Callable[[], Header],
        intake: Intake,
        known: Mapping[bytes, float] | None = None,
        *,
        sender: str = "",
        echoes: bool = False,
    ) -> None:
        self._model = model
        self._echoes = echoes
        self._header = header
        self._intake = intake
        self._speech: Speech = model.speech()
        self._marks = FrameMarks(sender, {} if known is None else known)
        self._deliveries: Deliveries[_Told] = Deliveries()
        self._settling: asyncio.TimerHandle | None = None

    @property
    def delivered(self) -> Mapping[bytes, float]:
        """The marks of the frames delivered so far, with the time of each."""
        return self._marks.seen

    @property
    def repeat_period(self) -> float | None:
        """Seconds between what `repeat` asks; None where the device speaks by itself."""
        return self._speech.period

    def connection_began(self, offered: AbstractSet[str]) -> tuple[Ask, ...]:
        """A new connection, subscribed: what to ask of a device that has these characteristics."""
        self._speech = self._model.speech()
        # A device's clock is its local time: the people around it read it.
        return tuple(self._speech.open(datetime.now().astimezone(), offered))

    def repeat(self) -> tuple[Ask, ...]:
        """What to ask now, once more."""
        return tuple(self._speech.repeat())

    def refused(self, ask: Ask) -> None:
        """The device did not take what it was asked."""
        self._speech.refused(ask)

    def receive(self, characteristic: str, data: bytes) -> Heard:
        """One frame of the characteristic, "2A35"; what is malformed of it is told as such."""
        asks: list[Ask] = []
        vital = False
        for said in self._heard(characteristic, data):
            match said:
                case Ask():
                    asks.append(said)
                case Measurement():
                    vital = vital or said.vital
                    self._take(said, characteristic, data)
                case MalformedFrame():
                    # It means to measure; T-FRAME speaks of it.
                    vital = vital or characteristic in self._model.measurements
                    self._broken(characteristic, data, said)
        return Heard(tuple(asks), vital)

    def connection_over(self) -> None:
        """No further frame can come: decide on what waits, but for what a new link may explain."""
        delay = self._deliveries.return_delay
        if delay is None:
            self._settle()
        else:
            self._settle_in(delay)

    def close(self) -> None:
        """Nothing follows at all: decide on everything, so that no reading is lost."""
        self._settle()

    def _heard(self, characteristic: str, data: bytes) -> tuple[Said, ...]:
        try:
            return tuple(self._speech.hear(characteristic, data))
        except MalformedFrame as error:
            return (error,)

    def _broken(self, characteristic: str, data: bytes, error: MalformedFrame) -> None:
        header = self._header()
        mark = self._marks.mark(characteristic, data + str(error).encode())
        if self._echoes and self._marks.admit(mark, header.at, None) is Seen.REPEAT:
            return
        fields = msgspec.structs.asdict(header)
        malformed = Malformed(**fields, where=characteristic, detail=str(error))
        self._intake.receive((malformed,))

    def _take(self, measured: Measurement, characteristic: str, data: bytes) -> None:
        header = self._header()
        if not measured.delivered:
            self._intake.receive(measured.say(header))
            return
        clock = epoch_of(measured.clock)
        mark = self._marks.mark(characteristic, measured.content or data)
        delivery = Delivery(header.at, clock, _Told(measured.say, mark))
        match self._marks.admit(mark, header.at, clock):
            case Seen.NEW:
                self._deliver(delivery)
            case Seen.DOUBTFUL:
                self._pass_on([replace(delivery, history=True, undated=True)])
            case Seen.REPEAT:
                pass  # it is in the record

    def _deliver(self, delivery: Delivery[_Told]) -> None:
        self._pass_on(self._deliveries.take(delivery))
        self._settle_in(self._deliveries.settle_delay)

    def _settle_in(self, delay: float | None) -> None:
        self._rest()
        if delay is not None:
            loop = asyncio.get_running_loop()
            self._settling = loop.call_later(delay, self._settle)

    def _settle(self) -> None:
        self._rest()
        self._pass_on(self._deliveries.settle())

    def _rest(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None

    def _pass_on(self, decided: list[Delivery[_Told]]) -> None:
        # Received when decided: a bed's readings never go back in time.
        for delivery in decided:
            header = msgspec.structs.replace(
                self._header(),
                device_time=delivery.device_time,
                measured_at=delivery.measured_at,
                history=delivery.history,
            )
            readings = delivery.measured.say(header)
            if delivery.undated:
                readings = tuple(map(_undated, readings))
            self._intake.receive(readings, message=delivery.measured.mark)


def _undated(reading: Reading) -> Reading:
    if isinstance(reading, Cuff):
        return msgspec.structs.replace(reading, undated=True)
    return reading
