"""Why a write to InfluxDB failed, drawn as a tree.

WriteError               not all was written; sent again, what was written stays the same
├── ServerDownError      the server or the way to it fails: wait, then send again
├── SetupError           address, credentials or database are wrong: a person must act
├── BlobTooLargeError    send less at once
└── LineRefusedError     some line is wrong; the others may have been written
"""


class WriteError(Exception):
    """A blob of lines was not wholly written."""


class ServerDownError(WriteError):
    """The server or the way to it fails; `retry_after_s` where the server said when to return."""

    def __init__(self, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class SetupError(WriteError):
    """Address, credentials or database are wrong: sending again changes nothing by itself."""


class BlobTooLargeError(WriteError):
    """The server takes no blob of this size."""


class LineRefusedError(WriteError):
    """The server refuses a line of the blob; it may have kept the others.

    `expired` counts the lines refused for being older than the database keeps anything.
    """

    def __init__(self, reason: str, expired: int = 0) -> None:
        super().__init__(reason)
        self.expired = expired
