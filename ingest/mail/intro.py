"""What mail programs put above a quote: "On Monday X wrote:", blocks of headers, dashed titles.

Every question is asked of a few lines at a time, so that asking at each line of a mail stays linear.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.mail.phrases import every

if TYPE_CHECKING:
    from collections.abc import Sequence

_JOINED: Final = 4
_LONGEST: Final = 500
_BLOCK_LINES: Final = 8


def _any_of(kind: str) -> str:
    return "|".join(re.escape(phrase) for phrase in every(kind))


_VERB = re.compile(rf"(?<!\w)(?:{_any_of('wrote')})(?!\w)|(?:写道|寫道|のメール|のメッセージ)", re.IGNORECASE)
_START = re.compile(
    rf"^[\s*_-]*(?:(?:{_any_of('starts')})[\s,.]|\d{{1,4}}[\s./年-]|[^\W\d]{{2,12}}[.,]*\s\d)", re.IGNORECASE
)
_DATED_ADDRESS = re.compile(r"^\W{0,3}(?=.{0,60}\d[./:-]?\d)[^<>]{4,150}<\s*[^<>\s]+@[^<>\s]+\s*>\s*:$")
_DATED_ADDRESS_ALONE = re.compile(r"^\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}\s[^<>]{1,200}<\s*\S+@\S+\s*>\s*$")
_NAMED = re.compile(r"^[^<>@]{0,80}<\s*[^<>\s@]{1,80}@")
_FACT = re.compile(r"\d|@")
_TITLE = re.compile(
    rf"^\W{{0,4}}[-_=*]{{2,}}\W{{0,4}}(?:{_any_of('original')})\W*$|^[\s*_]*(?:{_any_of('original')})\s*[-_]{{2,}}\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    rf"^\W{{0,4}}[-_=*]{{2,}}\W{{0,4}}(?:{_any_of('forwarded')}).{{0,80}}$|^(?:{_any_of('forwarded')})\s*:\s*$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^[\s*_]{0,12}(?:"
    rf"(?P<author>{_any_of('from_labels')})|(?P<date>{_any_of('date_labels')})|(?P<other>{_any_of('other_labels')})"
    r")[\s*_]{0,4}[:\uff1a]",
    re.IGNORECASE,
)


def wrote(lines: Sequence[str], at: int) -> int:
    """How many lines from here are one "On Monday X wrote:"; 0 where they are none."""
    if not _may_start(lines[at]):
        return 0
    joined = ""
    for count in range(1, _JOINED + 1):
        if at + count > len(lines):
            return 0
        line = lines[at + count - 1].strip()
        joined = f"{joined} {line}".strip()
        if (
            not line
            or len(joined) > _LONGEST
            or (count > 1 and line.startswith(">") and "@" not in lines[at])
        ):
            return 0
        if _introduces(joined):
            return 0 if _starts_later(lines, at + 1, at + count) else count
    return 0


def _may_start(line: str) -> bool:
    if _START.match(line[:_LONGEST]) is not None:
        return True
    return "<" in line and _NAMED.match(line[:_LONGEST]) is not None


def _starts_later(lines: Sequence[str], begin: int, end: int) -> bool:
    """Whether a later line begins an introduction by itself: those before it are the sender's words."""
    for at in range(begin, end):
        joined = " ".join(line.strip() for line in lines[at:end])
        if _START.match(lines[at][:_LONGEST]) and _introduces(joined):
            return True
    return False


def _introduces(joined: str) -> bool:
    if _DATED_ADDRESS.match(joined) or _DATED_ADDRESS_ALONE.match(joined):
        return True
    verb = _VERB.search(joined)
    if verb is None or not _FACT.search(joined):
        return False
    end = joined.rstrip(" *_-\xa0\t")
    if end.endswith((":", "\uff1a")):
        return True
    return _VERB.search(joined, max(0, len(end) - 30)) is not None and verb.end() >= len(end)


def named_only(line: str) -> bool:
    """Whether a short line says only that somebody wrote: enough where quote signs follow, else not."""
    text = line.strip()
    return len(text) <= 120 and text.endswith(":") and _VERB.search(text) is not None  # noqa: PLR2004 - one line


def header_block(lines: Sequence[str], at: int) -> int:
    """How many lines from here are a block of From, Sent, To, Subject; 0 where they are none.

    At least three labels, or two of which one is the author and one the date.
    """
    # Most lines have no colon at all, and are not worth asking for every language's labels.
    first = _LABEL.match(lines[at][:_LONGEST]) if ":" in lines[at] or "\uff1a" in lines[at] else None
    if first is None or (first["other"] and not first["author"] and not first["date"]):
        return 0
    seen: set[str] = set()
    last = at
    for index in range(at, min(len(lines), at + 2 * _BLOCK_LINES)):
        label = _LABEL.match(lines[index][:_LONGEST])
        if label:
            seen.add(f"{label.lastgroup}{label.group() if label['other'] else ''}")
            last = index
        elif index - last > 1 + (not lines[index].strip()):
            break
    kinds = {name.rstrip(":") for name in seen}
    enough = len(kinds) >= 3 or {"author", "date"} <= kinds  # noqa: PLR2004 - as the docstring says
    return last - at + 1 if enough or (len(kinds) > 1 and first["date"]) else 0


def title(line: str) -> bool:
    """Whether a line is "-----Original Message-----" in some language."""
    return len(line) <= _LONGEST and _TITLE.match(line) is not None


def forward(line: str) -> bool:
    """Whether a line is "---------- Forwarded message ----------" in some language."""
    return len(line) <= _LONGEST and _FORWARD.match(line) is not None
