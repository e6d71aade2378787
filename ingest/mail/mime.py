"""The parts of a mail as a tree of offsets into its bytes (RFC 2046), without recursion, in linear time."""

from __future__ import annotations

import functools
import re
import weakref
from typing import TYPE_CHECKING, Final

from ingest.mail import block, guard, params, transfer

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOUNDARY_LENGTH: Final = 998
_GUESS = re.compile(rb"(?:\A|\n)--([^\s][^\r\n]{0,200})\r?\n")
_TYPE = re.compile(r"^[^\s/;]+/[^\s/;]+$")


class Part:
    """One node: its fields and where its body lies. Leaves have content, multiparts have children."""

    def __init__(self, raw: bytes, fields: block.Fields, start: int, end: int) -> None:
        self._raw = raw
        self._start = start
        self._end = end
        self.fields = fields
        self.children: list[Part] = []
        self.number = 0
        self._above: weakref.ref[Part] | None = None

    @property
    def parent(self) -> Part | None:
        """The part around this one, for as long as someone holds the tree.

        Not held from below: a circle would keep a large mail's bytes until garbage is looked for, which a
        worker does after hundreds of mails.
        """
        return self._above() if self._above is not None else None

    @parent.setter
    def parent(self, part: Part) -> None:
        self._above = weakref.ref(part)

    @functools.cached_property
    def _content_type(self) -> tuple[str, dict[str, str]]:
        value, parameters = params.parse(self.fields.first("content-type"))
        if _TYPE.match(value):
            return value, parameters
        if value in {"text", "multipart"}:
            return {"text": "text/plain", "multipart": "multipart/mixed"}[value], parameters
        in_digest = self.parent is not None and self.parent.type == "multipart/digest"
        return "message/rfc822" if in_digest and not value else "text/plain", parameters

    @property
    def type(self) -> str:
        """The media type in lower case; what cannot be read is ``text/plain`` (RFC 2045 section 5.2)."""
        return self._content_type[0]

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of Content-Type, decoded."""
        return self._content_type[1]

    @functools.cached_property
    def disposition(self) -> tuple[str, dict[str, str]]:
        """Content-Disposition (RFC 2183) in lower case, or an empty string, and its parameters."""
        return params.parse(self.fields.first("content-disposition"), self.parameters.get("charset", ""))

    @functools.cached_property
    def encoding(self) -> str:
        """Content-Transfer-Encoding in lower case, or an empty string."""
        value = params.parse(self.fields.first("content-transfer-encoding"))[0]
        return value.strip("\"' ")

    @property
    def bare(self) -> bytes:
        """The body as it stands in the mail, still encoded."""
        return self._raw[self._start : self._end]

    def content(self, limit: int | None = None) -> bytes:
        """The body decoded; with a limit, made from no more than four times so many bytes of the mail."""
        body = (
            self.bare if limit is None else self._raw[self._start : min(self._end, self._start + 4 * limit)]
        )
        return transfer.decode(body, self.encoding)

    @property
    def size(self) -> int:
        """The length of the decoded body in bytes."""
        return transfer.size(self.bare, self.encoding)

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the order of the mail."""
        todo = [self]
        while todo:
            part = todo.pop()
            yield part
            todo.extend(reversed(part.children))

    def open(self, meter: guard.Meter, depth: int) -> list[tuple[Part, int]]:
        """Find the children of a multipart; they are returned to be opened in their turn."""
        if not self.type.startswith("multipart/"):
            return []
        spans = self._spans(meter)
        if not spans:
            meter.note("a multipart without parts")
        for start, end in spans:
            if not meter.may_open_part(depth):
                break
            fields, body = block.split(self._raw, start, end, meter)
            child = Part(self._raw, fields, min(body, end), end)
            child.parent = self
            self.children.append(child)
        return [(child, depth + 1) for child in self.children]

    def _spans(self, meter: guard.Meter) -> list[tuple[int, int]]:
        boundary = self.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
        spans = _between(self._raw, (self._start, self._end), boundary, meter) if boundary else []
        if spans:
            return spans
        guess = _GUESS.search(
            self._raw, max(0, self._start - 1), min(self._end, self._start + guard.HEADER_LENGTH)
        )
        if guess is None:
            return []
        meter.note("boundary guessed")
        return _between(self._raw, (self._start, self._end), guess.group(1).rstrip(), meter)


def _between(raw: bytes, span: tuple[int, int], boundary: bytes, meter: guard.Meter) -> list[tuple[int, int]]:
    """The stretches between the lines of one boundary; an absent last one is forgiven."""
    if len(boundary) > _BOUNDARY_LENGTH:
        return []
    spans: list[tuple[int, int]] = []
    begun = -1
    for line_start, line_end, closes in _boundary_lines(raw, span, b"--" + boundary, meter):
        if 0 <= begun < line_start:
            spans.append((begun, max(begun, _before_break(raw, line_start))))
            if len(spans) > guard.PARTS:
                return spans
        # Reading goes on behind a closing line: some programs use one boundary at two depths.
        begun = -1 if closes else line_end
    if begun >= 0:
        spans.append((begun, span[1]))
        meter.note("a multipart that never ends")
    return spans


def _boundary_lines(
    raw: bytes, span: tuple[int, int], mark: bytes, meter: guard.Meter
) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each line that is the boundary, and whether it is the closing one."""
    start, end = span
    at = start if raw.startswith(mark, start, end) else _next_line(raw, mark, start, end)
    while at >= 0:
        line_end = raw.find(b"\n", at, end) + 1 or end
        tail = raw[at + len(mark) : min(line_end, at + len(mark) + 100)]
        if not tail.strip():
            yield at, line_end, False
        elif tail.startswith(b"--") and not tail[2:].strip():
            yield at, line_end, True
        elif not meter.may_look_on():
            return
        at = _next_line(raw, mark, at, end)


def _next_line(raw: bytes, mark: bytes, at: int, end: int) -> int:
    """Where the next line begins that begins with the mark, or -1."""
    found = raw.find(b"\n" + mark, at, end)
    return found + 1 if found >= 0 else -1


def _before_break(raw: bytes, line_start: int) -> int:
    """The line break before a boundary belongs to the boundary (RFC 2046 section 5.1.1)."""
    end = line_start - 1
    return end - 1 if end > 0 and raw[end - 1 : end] == b"\r" else end


def tree(raw: bytes, meter: guard.Meter) -> Part:
    """The root part with everything below it opened. Never raises."""
    raw = raw.replace(b"\r", b"\n") if b"\n" not in raw else raw
    start = 0
    while raw.startswith((b"\n", b"\r\n"), start) and start < len(raw):
        start = raw.find(b"\n", start) + 1
    fields, body = block.split(raw, start, len(raw), meter)
    if start and not len(fields):
        fields, body = block.Fields([]), 0
    root = Part(raw, fields, body, len(raw))
    meter.may_open_part(0)
    todo = [(root, 1)]
    while todo:
        part, depth = todo.pop()
        todo.extend(reversed(part.open(meter, depth)))
    return root
