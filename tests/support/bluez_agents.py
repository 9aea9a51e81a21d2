"""AgentManager1 of the face of BlueZ: who is asked before a device is paired."""

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus


class Agents:
    """The agents by the bus name of their owner, the default one first.

    `question` is what a pairing asks of them, as member and signature of Agent1.
    """

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self._paths: dict[str, str] = {}
        self.told: list[str] = []  # what was called, in order
        self.question: tuple[str, str] = ("RequestAuthorization", "o")

    async def register(self, message: Message) -> Message:
        path, capability = message.body
        self.told.append(f"RegisterAgent {capability}")
        self._paths = {**self._paths, message.sender or "": path}
        return Message.new_method_return(message)

    async def make_default(self, message: Message) -> Message:
        self.told.append("RequestDefaultAgent")
        owner = message.sender or ""
        self._paths = {owner: self._paths[owner], **self._paths}
        return Message.new_method_return(message)

    async def unregister(self, message: Message) -> Message:
        self.told.append("UnregisterAgent")
        del self._paths[message.sender or ""]
        return Message.new_method_return(message)

    async def allow(self, pairer: str | None, device: str) -> bool:
        """Whether the pairer's agent, else the default one, lets the device pair."""
        owner = pairer if pairer in self._paths else next(iter(self._paths), None)
        if owner is None:
            return False
        member, signature = self.question
        body = [device, 123456][: len(signature)]
        question = Message(
            owner, self._paths[owner], "org.bluez.Agent1", member, signature=signature, body=body
        )
        answer = await self._bus.call(question)
        return answer.message_type is MessageType.METHOD_RETURN
