"""What every command says, and why one may be refused."""

import msgspec


class Refused(Exception):  # noqa: N818 - the field's word; it is an answer, not a fault
    """A command that cannot be carried out now. Nothing has changed.

    `conflict` is True when the state has moved on since the sender looked (HTTP 409), False when
    the command itself makes no sense here (HTTP 422).
    """

    def __init__(self, detail: str, *, conflict: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.conflict = conflict


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What every command says: when it arrived, by whom, and its sender's own id (or "")."""

    at: float
    by: str
    id: str = ""
