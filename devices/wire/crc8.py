"""The two 8-bit checksums that device makers use."""


def crc8(data: bytes) -> int:
    """CRC-8/SMBUS: polynomial 07, most significant bit first."""
    crc = 0
    for byte in data:
        crc = _SMBUS[crc ^ byte]
    return crc


def crc8_maxim(data: bytes) -> int:
    """CRC-8/MAXIM-DOW: polynomial 31, least significant bit first."""
    crc = 0
    for byte in data:
        crc = _MAXIM[crc ^ byte]
    return crc


def _smbus_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte << 1 ^ (0x07 if byte & 0x80 else 0)) & 0xFF
    return byte


def _maxim_of(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0x8C if byte & 0x01 else 0)
    return byte


_SMBUS = bytes(map(_smbus_of, range(256)))
_MAXIM = bytes(map(_maxim_of, range(256)))
