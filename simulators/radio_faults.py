"""The ways in which a virtual device fails on its radio, each a switch that a test may set."""

from dataclasses import dataclass


@dataclass
class RadioFaults:
    """All off at first. What says "the next" goes off by itself; the others stay until set back."""

    silent: bool = False
    """It keeps the link and sends nothing."""

    answer_delay: float = 0.0
    """Seconds before it answers each read, write and subscription."""

    return_delay: float = 0.0
    """Seconds after the end of a link in which it is not heard."""

    refuses_bond: bool = False
    """It pairs with nobody."""

    garbage: bytes | None = None
    """What goes out in place of the next frame."""

    split: int | None = None
    """Bytes a notification at most: a longer frame is cut into several."""

    doubled: bool = False
    """It sends each frame twice."""

    drops_at_connect: int = 0
    """The next so many links end as soon as they stand."""

    drops_at_subscribe: int = 0
    """The next so many links end instead of a subscription."""

    drop_after: int | None = None
    """Each link ends once it has carried so many frames."""

    unconfirmed_after: int | None = None
    """The next link to carry so many ends, and it does not know that the last was heard."""
