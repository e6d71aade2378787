"""The fields and files of a posted form, by either encoding (RFC 7578, URL standard), without its headers.

The stored bytes of a contact are the body alone; that it is multipart, and by which boundary, it says itself.
"""

from __future__ import annotations

import io
import urllib.parse

import msgspec
from multipart import MultipartError, MultipartParser

MOST_FIELDS = 200
_LONGEST_BOUNDARY = 200


class File(msgspec.Struct, frozen=True):
    """A file in a form."""

    field: str
    name: str
    type: str
    content: bytes


class Form(msgspec.Struct, frozen=True):
    """What a form says; of fields that are there twice the last one counts."""

    fields: tuple[tuple[str, bytes], ...]
    files: tuple[File, ...] = ()

    def raw(self, name: str) -> bytes:
        """A field's bytes; empty where it is not there."""
        return dict(self.fields).get(name, b"")

    def text(self, name: str) -> str:
        """A field as text."""
        return self.raw(name).decode("utf-8", "replace")


def read(body: bytes) -> Form:
    """The form in a body; raises `ValueError` for what is none or has more than `MOST_FIELDS` fields."""
    if body.startswith((b"--", b"\r\n--")):
        return _multipart(body)
    pairs = urllib.parse.parse_qsl(
        body.decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=MOST_FIELDS
    )
    return Form(tuple((name, value.encode("latin-1")) for name, value in pairs))


def _multipart(body: bytes) -> Form:
    boundary = body.lstrip(b"\r\n").partition(b"\n")[0].strip()[2:]
    if not boundary or len(boundary) > _LONGEST_BOUNDARY:
        raise ValueError("a form without a boundary")
    size = len(body) + 1
    parser = MultipartParser(
        io.BytesIO(body),
        boundary.decode("latin-1"),
        content_length=len(body),
        part_limit=MOST_FIELDS,
        spool_limit=size,
        memory_limit=size,
    )
    fields, files = [], []
    try:
        for part in parser:
            if part.filename:
                files.append(File(part.name, part.filename, part.content_type or "", part.raw))
            else:
                fields.append((part.name, part.raw))
    except MultipartError as error:
        raise ValueError(f"a broken form ({type(error).__name__})") from None
    return Form(tuple(fields), tuple(files))
