"""What is in a winmail.dat (TNEF): the files, and the letter where there is no other. Bounded, linear.

Source: [MS-OXTNEF] for the stream of attributes, [MS-OXPROPS] for the properties inside them. Only what a
desk needs is read; a letter in compressed RTF alone is not.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.mail import charset

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SIGNATURE: Final = 0x223E9F78
_ATTRIBUTES: Final = 5000
_PROPERTIES: Final = 2000
_FILES: Final = 200

_MESSAGE_BODY, _CODE_PAGE, _MESSAGE_PROPERTIES = 0x800C, 0x9007, 0x9003
_FILE_BEGINS, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_BODY, _BODY_HTML = 0x1000, 0x1013
_DATA, _FILE_NAME, _LONG_NAME, _MEDIA_TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712

_SIZES: Final = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8,
                 0x48: 16}  # fmt: skip
"""Bytes of a property by its type; the others say their own length."""
_OBJECT, _TEXT, _UNICODE, _BINARY = 0x0D, 0x1E, 0x1F, 0x102
_SEVERAL: Final = 0x1000
_NAMED: Final = 0x8000
_GUID: Final = 16


class File(msgspec.Struct):
    """One file: its name, media type and content id as far as they are given, and its bytes."""

    name: str = ""
    type: str = ""
    content_id: str = ""
    data: bytes = b""


class Content(msgspec.Struct):
    """What was found: the files in order, and the letter as text and as HTML."""

    files: list[File]
    text: str = ""
    html: bytes = b""


class _Damaged(Exception):
    """The bytes end before what they announce."""


class _Reader:
    """Little-endian values out of bytes, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not yet read."""
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        """So many bytes."""
        if size > self.left:
            raise _Damaged
        self._at += size
        return bytes(self._data[self._at - size : self._at])

    def number(self, size: int = 4) -> int:
        """An unsigned number."""
        return int.from_bytes(self.take(size), "little")

    def padded(self, size: int) -> bytes:
        """So many bytes, and what fills them up to a multiple of four."""
        value = self.take(size)
        self.take(min(-size % 4, self.left))
        return value


def read(data: bytes) -> Content | None:
    """The content of a winmail.dat, as far as it is whole; ``None`` where it is none. Never raises."""
    if len(data) < struct.calcsize("<IH") or int.from_bytes(data[:4], "little") != _SIGNATURE:
        return None
    found = Content([])
    code_page = ""
    for name, value in _attributes(data):
        if name == _CODE_PAGE:
            code_page = f"cp{int.from_bytes(value[:4], 'little')}"
        elif name == _MESSAGE_BODY:
            found.text = found.text or _text(value, code_page)
        elif name == _MESSAGE_PROPERTIES:
            _take_letter(found, value, code_page)
        elif name == _FILE_BEGINS and len(found.files) < _FILES:
            found.files.append(File())
        elif found.files:
            _take_file(found.files[-1], name, value, code_page)
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The names and values of the stream, at most `_ATTRIBUTES`, to the first that is damaged."""
    reader = _Reader(data[6:])
    try:
        for _ in range(_ATTRIBUTES):
            reader.take(1)
            name = reader.number() & 0xFFFF
            value = reader.take(reader.number())
            yield name, value
            reader.take(2)
    except _Damaged:
        return


def _take_letter(found: Content, value: bytes, code_page: str) -> None:
    for name, kind, data in _properties(value):
        if name == _BODY:
            found.text = _string(kind, data, code_page) or found.text
        elif name == _BODY_HTML:
            found.html = _string(kind, data, code_page).encode() if kind != _BINARY else data


def _take_file(file: File, name: int, value: bytes, code_page: str) -> None:
    if name == _FILE_TITLE:
        file.name = file.name or _text(value, code_page)
    elif name == _FILE_DATA:
        file.data = value
    elif name == _FILE_PROPERTIES:
        for key, kind, data in _properties(value):
            _take_property(file, key, kind, data, code_page)


def _take_property(file: File, key: int, kind: int, data: bytes, code_page: str) -> None:
    if key == _LONG_NAME or (key == _FILE_NAME and not file.name):
        file.name = _string(kind, data, code_page)
    elif key == _MEDIA_TYPE:
        file.type = _string(kind, data, code_page)
    elif key == _CONTENT_ID:
        file.content_id = _string(kind, data, code_page)
    elif key == _DATA and not file.data:
        # An enclosed message or drawing: behind the name of its interface stands its content.
        file.data = data[_GUID:] if kind == _OBJECT else data


def _properties(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Names, types and values of a list, at most `_PROPERTIES`, to the first that is damaged."""
    reader = _Reader(value)
    try:
        for _ in range(min(reader.number(), _PROPERTIES)):
            kind, name = reader.number(2), reader.number(2)
            if name >= _NAMED:
                _skip_name(reader)
            for data in _values(reader, kind):
                yield name, kind & ~_SEVERAL, data
    except _Damaged:
        return


def _skip_name(reader: _Reader) -> None:
    reader.take(_GUID)
    if reader.number():
        reader.padded(reader.number())
    else:
        reader.take(4)


def _values(reader: _Reader, kind: int) -> Iterator[bytes]:
    single = kind & ~_SEVERAL
    size = _SIZES.get(single)
    if size is not None:
        count = reader.number() if kind & _SEVERAL else 1
        yield reader.padded(size * count)[:size]
    elif single in {_OBJECT, _TEXT, _UNICODE, _BINARY}:
        for _ in range(min(reader.number(), _PROPERTIES)):
            yield reader.padded(reader.number())
    else:
        raise _Damaged


def _string(kind: int, data: bytes, code_page: str) -> str:
    if kind == _UNICODE:
        return charset.clean(data.decode("utf-16-le", "replace").rstrip("\x00"))
    return _text(data, code_page)


def _text(data: bytes, code_page: str) -> str:
    return charset.decode(data.rstrip(b"\x00"), code_page)[0]
