"""Sending a message through Apprise: one channel, one attempt; it blocks: call it in a thread."""

from urllib.parse import quote

from monitor.pager.message import Message

_CARRY_FIELDS = frozenset({"json", "jsons", "form", "forms", "xml", "xmls"})
"""Apprise's own formats take fields of ours as `:name=value`; a phone service takes words only."""


def usable(url: str) -> bool:
    """Whether Apprise knows what to do with a URL. Loads Apprise: call it in a thread."""
    from apprise import Apprise  # noqa: PLC0415 - loads 100 services: only in a thread

    return Apprise().add(url)


def send(url: str, message: Message) -> bool:
    """Send a message through one channel; False where the channel says that it failed."""
    from apprise import Apprise, NotifyFormat, NotifyType  # noqa: PLC0415 - as above

    channel = Apprise()
    return channel.add(_with_fields(url, message.fields)) and bool(
        channel.notify(
            title=message.title,
            body=message.body,
            notify_type=NotifyType.FAILURE,
            body_format=NotifyFormat.TEXT,
        )
    )


def name_of(url: str) -> str:
    """What may be said of a channel in a log: its scheme; the rest of the URL is a secret."""
    return url.split("://", 1)[0]


def _with_fields(url: str, fields: dict[str, str]) -> str:
    if name_of(url) not in _CARRY_FIELDS:
        return url
    extra = "&".join(f":{name}={quote(value, safe='')}" for name, value in fields.items())
    return f"{url}{'&' if '?' in url else '?'}{extra}"
