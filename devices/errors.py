"""Errors of the device side, drawn as a tree.

DeviceError
├── MalformedFrame (also ValueError)   the device's bytes break their own format
├── UnknownCharacteristic (also KeyError)   we have no codec of that name
└── UnknownModel (also KeyError)       the catalogue has no such device model
"""


class DeviceError(Exception):
    """Anything that went wrong between a bedside device and a Reading."""


class MalformedFrame(DeviceError, ValueError):  # noqa: N818 - reads as a sentence where raised
    """The bytes break the format they claim to follow: the device's fault, never ours.

    Decoders raise this and nothing else, whatever the bytes.
    """


class UnknownCharacteristic(DeviceError, KeyError):  # noqa: N818 - as above
    """No codec has this name; the message lists the names that exist."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnknownModel(DeviceError, KeyError):  # noqa: N818 - as above
    """The catalogue has no such model; the message lists the models that exist."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""
