"""The two 8-bit checksums that device makers use."""


def crc8(data: bytes) -> int:
    """CRC-8/SMBUS: polynomial 07, most significant bit first."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ (0x07 if crc & 0x80 else 0)) & 0xFF
    return crc


def crc8_maxim(data: bytes) -> int:
    """CRC-8/MAXIM-DOW: polynomial 31, least significant bit first."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8C if crc & 0x01 else 0)
    return crc
