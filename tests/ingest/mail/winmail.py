"""winmail.dat files for the tests, written attribute by attribute ([MS-OXTNEF])."""

from __future__ import annotations

import struct

TEXT, UNICODE, BINARY, OBJECT, LONG = 0x1E, 0x1F, 0x102, 0x0D, 0x03


def stream(*attributes: bytes) -> bytes:
    """A whole file: the signature, a key, the attributes."""
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def attribute(name: int, value: bytes, level: int = 2) -> bytes:
    """One attribute with its checksum."""
    return (
        struct.pack("<BII", level, 0x60000 | name, len(value))
        + value
        + struct.pack("<H", sum(value) & 0xFFFF)
    )


def properties(*listed: bytes) -> bytes:
    """A list of properties, as the value of an attribute."""
    return struct.pack("<I", len(listed)) + b"".join(listed)


def sized(kind: int, name: int, value: bytes) -> bytes:
    """A property that says its own length."""
    head = b"" if name < 0x8000 else bytes(16) + struct.pack("<II", 0, 7)
    return (
        struct.pack("<HH", kind, name)
        + head
        + struct.pack("<II", 1, len(value))
        + value
        + bytes(-len(value) % 4)
    )


def number(name: int, value: int) -> bytes:
    """A property that is a number."""
    return struct.pack("<HHI", LONG, name, value)


def file(name: str, data: bytes, media_type: str = "", *more: bytes) -> bytes:
    """The attributes of one enclosed file."""
    listed = [number(0x0E20, len(data)), *more]
    listed.append(sized(UNICODE, 0x3707, f"{name}\0".encode("utf-16-le")))
    if media_type:
        listed.append(sized(TEXT, 0x370E, media_type.encode() + b"\0"))
    return (
        attribute(0x9002, bytes(14))
        + attribute(0x8010, b"SHORT~1.BIN\0")
        + attribute(0x800F, data)
        + attribute(0x9005, properties(*listed))
    )
