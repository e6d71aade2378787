"""What mail programs put above a quote: "On Monday X wrote:", blocks of headers, dashed titles.

Every question is asked of a few lines at a time, so that asking at each line of a mail stays linear; and the
phrases of all languages are looked up by their words before any pattern is tried.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.mail.late import late
from ingest.mail.phrases import every, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

_JOINED: Final = 6
_LONGEST: Final = 500
_BLOCK_LINES: Final = 8
_CJK: Final = "\u2e80"
"""From here on alphabets put no space between words."""
_LABELS: Final = {
    label: kind
    for kind in ("other_labels", "subject_labels", "date_labels", "from_labels")
    for label in every(kind)
}
_LABEL_ENDS: Final = 40
"""Characters within which a label ends."""


def _verbs() -> str:
    """The verbs of an introduction: whole words, and in alphabets without spaces wherever they stand."""
    phrases = every("wrote")
    spaced = "|".join(re.escape(phrase).replace(r"\ ", "[ \xa0]") for phrase in phrases if phrase < _CJK)
    joined = "|".join(re.escape(phrase) for phrase in phrases if phrase >= _CJK)
    return rf"(?:(?<!\w)(?:{spaced})(?!\w)|{joined})"


_AFTER: Final = " *_-\xa0\t\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_ENDS: Final = f":\uff1a>{_AFTER}"
_VERB = late(lambda: re.compile(_verbs(), re.IGNORECASE))
_VERB_LAST = late(lambda: re.compile(rf"{_verbs()}$", re.IGNORECASE))
_VERB_ENDS: Final = frozenset(phrase.split()[-1] for phrase in every("wrote"))
_TOLD = late(
    lambda: re.compile(
        rf"(?<!\w)(?:{pattern('persons')})\s+{_verbs()}|{_verbs()}\s+(?:{pattern('persons')})(?!\w)",
        re.IGNORECASE,
    )
)
_START_WORDS: Final = frozenset(phrase.split()[0].rstrip(".,") for phrase in every("starts"))
START: Final = r"[\s*_-]*(?:\d{1,4}[\s./\u5e74-]|(?:[^\W\d]{2,12}[.,]*\s){1,3}\d|[\u2e80-\uffff]{1,2}\d)"
"""A line that begins with a date, as an introduction without words of its own does."""
_START = re.compile(START)
_DATED_ADDRESS = re.compile(
    r"^\W{0,3}(?=.{0,60}\d[./:-]?\d)"
    r"(?:[^<>]{4,150}<\s*[^<>\s]+@[^<>\s]+\s*>|[^<>@]{4,150}\s[^<>@\s]+@[^<>@\s]+)\s*:$"
)
_TIMED_ADDRESS = re.compile(
    r"(?=.*(?<![\d.:])\d{1,2}[:.]\d\d(?!\d|\.\d))(?=.*(?<!\d)(?:19|20)\d\d(?!\d))"
    r"[^<>]{0,200}<\s*[^<>\s]+@[^<>\s]+\s*>[^<>]{0,80}$"
)
"""A year, a time, and an address in angles before the colon: no language is needed to see what that is."""
_DATED_ADDRESS_ALONE = re.compile(r"^\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}\s[^<>]{1,200}<\s*\S+@\S+\s*>\s*$")
_NAMED = re.compile(r"^[^<>@]{0,80}<\s*[^<>\s@]{1,80}@")
_FACT = re.compile(r"@|\d[:.h]\s?\d\d|\d[./-]\d|(?:19|20)\d\d|[\u5e74\u6708\u65e5]")
_DASHED = re.compile(
    rf"^\s*[-_]{{2,}}\s?(?:[^-].{{0,120}}\s)?{_verbs()}\s*:?\s*[-_]{{2,}}\s*$", re.IGNORECASE
)
_TITLE = late(
    lambda: re.compile(
        rf"^\W{{0,4}}[-_=*]{{2,}}+\W{{0,4}}+(?:{pattern('original')})\W*$"
        rf"|^[\s*_]*(?:{pattern('original')})\s*[-_]{{2,}}\s*$",
        re.IGNORECASE,
    )
)
_FORWARD = late(
    lambda: re.compile(
        rf"^\W{{0,4}}[-_=*]{{2,}}+\W{{0,4}}+(?:{pattern('forwarded')}).{{0,80}}$",
        re.IGNORECASE,
    )
)
_FORWARDED: Final = frozenset(every("forwarded"))
_LINED = re.compile(r"[-_=*]{2}")


def wrote(lines: Sequence[str], at: int) -> int:
    """How many lines from here are one "On Monday X wrote:"; 0 where they are none."""
    if not _may_start(lines[at]):
        return 0
    parts: list[str] = []
    for index in range(at, min(len(lines), at + _JOINED)):
        line = lines[index].strip()
        if not line and index > at and _angle_follows(lines, index + 1):
            continue
        parts.append(line)
        if not line or (index > at and line.startswith(">") and _is_quoted(parts)):
            return 0
        if _may_end(line) and _introduces(" ".join(parts)):
            return 0 if _starts_later(lines, at + 1, index + 1) else index + 1 - at
    return 0


def names_address(lines: Sequence[str]) -> bool:
    """Whether an introduction names its author's address, which no person does who tells what was written."""
    return any("@" in line for line in lines)


def _angle_follows(lines: Sequence[str], at: int) -> bool:
    """Whether the angle of an address stands alone on a line: Polymail leaves an empty one before it."""
    return at < len(lines) and lines[at].strip() == "<"


def _is_quoted(parts: Sequence[str]) -> bool:
    """Whether the last line is quoted; one that closes an address in angles only looks so."""
    return sum(part.count("<") - part.count(">") for part in parts) < 0


def _may_end(line: str) -> bool:
    """Whether an introduction may end with a line, seen at a glance."""
    return line[-1] in _ENDS or _ends_with_verb(line)


def _may_start(line: str) -> bool:
    begin = line[:_LONGEST]
    return _starts(begin) or ("<" in begin and _NAMED.match(begin) is not None)


def _starts(begin: str) -> bool:
    words = begin.lstrip(" \t\xa0*_-").split(None, 1)
    known = bool(words) and words[0].lower().rstrip(".,") in _START_WORDS
    return known or _START.match(begin) is not None


def _starts_later(lines: Sequence[str], begin: int, end: int) -> bool:
    """Whether a later line begins an introduction by itself: those before it are the sender's words."""
    for at in range(begin, end):
        if _starts(lines[at][:_LONGEST]) and _introduces(" ".join(line.strip() for line in lines[at:end])):
            return True
    return False


def _introduces(joined: str) -> bool:
    """Whether lines as one say who wrote and when: they end with a colon, with the verb, or the address."""
    if len(joined) > _LONGEST:
        return False
    end = joined.rstrip(_AFTER)
    if end.endswith((":", "\uff1a")):
        if _DATED_ADDRESS.match(end) or _TIMED_ADDRESS.match(end):
            return True
    elif not _ends_with_verb(end):
        return _DATED_ADDRESS_ALONE.match(joined) is not None
    return (
        _VERB.search(end) is not None
        and _FACT.search(joined) is not None
        and ("@" in joined or _TOLD.search(joined) is None)
    )


def _ends_with_verb(end: str) -> bool:
    last = end[-30:].rpartition(" ")[2].rpartition(">")[2]
    known = last.lower() in _VERB_ENDS or last >= _CJK
    return known and _VERB_LAST.search(end, max(0, len(end) - 30)) is not None


def named_only(line: str) -> bool:
    """Whether a short line says only that somebody wrote: enough where quote signs follow, else not."""
    text = line.strip()
    return len(text) <= 120 and text.endswith(":") and _VERB.search(text) is not None  # noqa: PLR2004 - one line


def header_block(lines: Sequence[str], at: int, *, titled: bool = False) -> int:
    """How many lines from here are a block of From, Sent, To, Subject; 0 where they are none.

    At least three labels, or two of which one is the date; among them a subject or an address, unless a title
    stands above: "From: Oslo, To: Madrid, Date: 4 May" is what a traveller writes.
    """
    first, _ = _label(lines[at])
    if not first or (first in {"subject_labels", "other_labels"} and not titled):
        return 0
    seen: set[str] = set()
    last = at
    for index in range(at, min(len(lines), at + 2 * _BLOCK_LINES)):
        kind, label = _label(lines[index])
        if kind:
            seen.add(label if kind == "other_labels" else kind)
            last = index
        elif index - last > 1 + (not lines[index].strip()):
            break
    dated = {"from_labels", "date_labels"} <= seen or (len(seen) > 1 and first == "date_labels")
    enough = dated or len(seen) >= 3  # noqa: PLR2004 - as the docstring says
    mail = titled or "subject_labels" in seen or names_address(lines[at : last + 1])
    return last - at + 1 if enough and mail else 0


def _label(line: str) -> tuple[str, str]:
    """The kind of a header's label that begins a line, and the label; twice nothing where none does."""
    begin = line[:_LABEL_ENDS].replace("\uff1a", ":")
    if ":" not in begin:
        return "", ""
    label = begin.partition(":")[0].strip(" \t\xa0*_").lower().replace("\u2019", "'")
    return _LABELS.get(label, ""), label


def title(line: str) -> bool:
    """Whether a line is "-----Original Message-----" or "---- X wrote ----" in some language."""
    if len(line) > _LONGEST or not _LINED.search(line):
        return False
    dashed = line.rstrip().endswith(("-", "_")) and _DASHED.match(line) is not None
    return dashed or _TITLE.match(line) is not None


def forward(line: str) -> bool:
    """Whether a line is "---------- Forwarded message ----------" in some language."""
    if len(line) > _LONGEST:
        return False
    if line.rstrip().endswith((":", "\uff1a")) and line.strip(" \t\xa0:\uff1a").lower() in _FORWARDED:
        return True
    return _LINED.search(line) is not None and _FORWARD.match(line) is not None
