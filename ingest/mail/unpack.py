"""The tree of parts with winmail.dat opened: its files become parts, and its letter if there is no other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.mail import block, mime, tnef
from ingest.mail.mime import Part

if TYPE_CHECKING:
    from ingest.mail import guard
    from ingest.mail.tnef import File

_NAME: Final = "winmail.dat"
_LETTER: Final = frozenset({"text/plain", "text/html"})
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,100}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def tree(raw: bytes, meter: guard.Meter) -> Part:
    """The parts of a mail, winmail.dat opened, numbered in the order of the mail. Never raises."""
    root = mime.tree(raw, meter)
    _open_winmail(root, meter)
    for number, part in enumerate(root.walk()):
        part.number = number
    return root


def _open_winmail(root: Part, meter: guard.Meter) -> None:
    """Give every winmail.dat below a part its content as children."""
    parts = list(root.walk())
    for part in parts:
        if part.type not in tnef.TYPES and part.parameters.get("name", "").lower() != _NAME:
            continue
        content = tnef.read(part.content())
        if content is None:
            meter.note("a winmail.dat that is none")
            continue
        has_letter = any(one.type in _LETTER and one.bare.strip() for one in parts)
        children = [] if has_letter else _letter(content)
        for child in [*children, *(_enclosed(file) for file in content.files)]:
            if not meter.may_open_part(0):
                return
            child.parent = part
            part.children.append(child)


def _letter(content: tnef.Content) -> list[Part]:
    if content.text.strip():
        return [_part({"Content-Type": "text/plain; charset=utf-8"}, content.text.encode())]
    return [_part({"Content-Type": "text/html"}, content.html)] if content.html.strip() else []


def _enclosed(file: File) -> Part:
    fields = {
        "Content-Type": file.type if _MEDIA_TYPE.fullmatch(file.type) else "application/octet-stream",
        "Content-Disposition": f"attachment; filename={_quoted(file.name)}",
    }
    if file.content_id:
        fields["Content-ID"] = f"<{_CONTROL.sub('', file.content_id)}>"
    return _part(fields, file.data)


def _part(fields: dict[str, str], data: bytes) -> Part:
    items = [(name, value.encode()) for name, value in fields.items()]
    return Part(data, block.Fields(items), 0, len(data))


def _quoted(name: str) -> str:
    """A quoted string (RFC 5322 section 3.2.4)."""
    escaped = _CONTROL.sub(" ", name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
