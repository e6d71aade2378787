"""A mail made again of its parts, for services that take mails apart: the mail parser reads the result."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.hooks.form import File

_NAME = re.compile(r"[!-9;-~]{1,100}")
_BREAKS = re.compile(r"[\r\n\0]+")
_OF_THE_BODY = ("content-type", "content-transfer-encoding", "content-disposition", "mime-version")
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,80}")


def remade(
    headers: Iterable[tuple[str, str]], *, text: str = "", html: str = "", files: Sequence[File] = ()
) -> bytes:
    """The mail: its header fields but those of the body, its texts, its files."""
    head = [
        f"{name}: {_BREAKS.sub(' ', value)}"
        for name, value in headers
        if _NAME.fullmatch(name) and name.lower() not in _OF_THE_BODY
    ]
    parts = [_part("text/plain; charset=utf-8", text.encode("utf-8", "replace"))] if text else []
    parts += [_part("text/html; charset=utf-8", html.encode("utf-8", "replace"))] if html else []
    alternative = _multipart("alternative", parts) if len(parts) > 1 else b"".join(parts)
    attached = [_file(file) for file in files]
    body = _multipart("mixed", [alternative, *attached] if parts else attached) if attached else alternative
    if not body:
        body = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    return "\r\n".join([*head, "MIME-Version: 1.0", ""]).encode("utf-8", "replace") + body


def _part(kind: str, content: bytes, disposition: str = "") -> bytes:
    lines = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"]
    lines += [f"Content-Disposition: {disposition}"] if disposition else []
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace") + encoded


def _file(file: File) -> bytes:
    name = _BREAKS.sub(" ", file.name).replace("\\", "\\\\").replace('"', '\\"')
    kind = file.type if _TYPE.fullmatch(file.type) else "application/octet-stream"
    # A part of type message/… or multipart/… would be opened as mail; as a file it stays closed.
    kind = "application/octet-stream" if kind.lower().startswith(("message/", "multipart/")) else kind
    return _part(kind, file.content, f'attachment; filename="{name}"')


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    boundary = "=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:40]
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    between = f"\r\n--{boundary}\r\n"
    return (
        head.encode()
        + f"--{boundary}\r\n".encode()
        + between.encode().join(parts)
        + f"\r\n--{boundary}--\r\n".encode()
    )
