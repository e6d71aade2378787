"""The files that came with a mail: names made safe, sizes, content ids; the content stays in the raw."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING, Final

from events.message import Attachment
from ingest.mail import block, charset, guard, header, params

if TYPE_CHECKING:
    from ingest.mail.mime import Part

_NAME_LENGTH: Final = 150
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_EMBEDDED: Final = frozenset({"message/rfc822", "message/global"})


def describe(part: Part, meter: guard.Meter) -> Attachment:
    """What a message keeps of an enclosed part; its number is what `ingest.mail.part` asks for."""
    disposition, _ = part.disposition
    content_id = header.text(part.fields.first("content-id")).strip("<> ")[:200]
    related = part.parent is not None and part.parent.type == "multipart/related"
    return Attachment(
        name=_name(part, meter),
        type=part.type[:100],
        size=part.size,
        part=part.number,
        content_id=content_id,
        inline=disposition == "inline" or (related and bool(content_id) and disposition != "attachment"),
    )


def _name(part: Part, meter: guard.Meter) -> str:
    """The name that was given, made safe for every file system, or one made from the type."""
    label = part.parameters.get("charset", "")
    value = params.parse(part.fields.first("content-disposition"), label)[1].get("filename", "")
    given = safe_name(value or part.parameters.get("name", ""))
    if given:
        return given
    if part.type in _EMBEDDED:
        fields, _ = block.split(part.content(guard.HEADER_BLOCK), 0, guard.HEADER_BLOCK, meter)
        subject = safe_name(header.text(fields.first("subject")))
        return f"{subject or 'message'}.eml"
    extension = mimetypes.guess_extension(part.type, strict=False) or ".bin"
    return f"part-{part.number}{extension}"


def safe_name(given: str) -> str:
    """A bare file name of at most 150 signs: no folders, nothing a file system or header would read."""
    name = _UNSAFE.sub("_", header.one_line(charset.clean(given)).replace("\\", "/").rpartition("/")[2])
    name = name.strip(" .")
    if not name.strip("_"):
        return ""
    if _RESERVED.match(name):
        name = f"_{name}"
    if len(name) <= _NAME_LENGTH:
        return name
    stem, dot, extension = name.rpartition(".")
    short = dot and len(extension) <= 10  # noqa: PLR2004 - longer is no extension
    return f"{stem[: _NAME_LENGTH - 11]}.{extension}" if short else name[:_NAME_LENGTH]
