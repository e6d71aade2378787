"""Read the ``#`` lines at the top of an agent's mail: what is asked for, and what cannot be understood."""

from __future__ import annotations

import re

import msgspec

from config.mistakes import near
from handlers.misread import Misread

SAYING = ("solve", "note", "pending", "hold")
"""Commands whose line goes on as words of the answer."""
NAMING = ("assign", "priority", "tag", "time", "merge", "cause", "done", "article")
"""Commands whose line goes on as what they are about."""
KNOWN = (*SAYING, *NAMING)
LONGEST_ACTIVITY = 60
MINUTES_MOST = 24 * 60
_MINUTES = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,4})m(?:in)?)?")
_TAG = re.compile(r"-?[^\s,#-][^\s,#]{0,49}")
_NUMBER = re.compile(r"#?([1-9][0-9]{0,17})")


class Spent(msgspec.Struct, frozen=True):
    """Time that an agent writes down: minutes, for what, and whether somebody is billed for it."""

    minutes: int
    activity: str = ""
    billable: bool = False


class Commands(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent asked for, and the words that are left.

    ``lines`` are the command lines as they were written; ``mistakes`` say of some of them why they cannot be
    done. ``tags`` with a minus before them are taken off.
    """

    solve: bool = False
    note: bool = False
    pending: bool = False
    hold: bool = False
    assign: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    spent: tuple[Spent, ...] = ()
    merge: int | None = None
    cause: str = ""
    done: str = ""
    article: str = ""
    lines: tuple[str, ...] = ()
    mistakes: tuple[Misread, ...] = ()
    text: str = ""

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that are asked for; more than one is a mistake."""
        asked = (("solved", self.solve), ("pending", self.pending), ("on_hold", self.hold))
        return tuple(name for name, wanted in asked if wanted)


class _Reading:
    """The lines that were read so far."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.named: dict[str, str] = {}
        self.tags: list[str] = []
        self.spent: list[Spent] = []
        self.lines: list[str] = []
        self.mistakes: list[Misread] = []
        self.words: list[str] = []

    def line(self, line: str) -> None:
        """Read one command line."""
        line = " ".join(line.split())
        self.lines.append(line)
        name, _, rest = line[1:].partition(" ")
        name, rest = name.lower().rstrip(":"), rest.strip()
        if name in SAYING:
            self.seen.add(name)
            self.words += [rest] if rest else []
        elif name not in NAMING:
            meant = near(name, KNOWN)
            self.mistakes.append(Misread(line, "unknown", f"#{meant}" if meant else _every()))
            # Whatever it was to be, its words must not be lost.
            self.words += [rest] if rest else []
        elif not rest:
            self.mistakes.append(Misread(line, name))
        else:
            self._named(name, rest, line)

    def _named(self, name: str, rest: str, line: str) -> None:
        if name == "time":
            spent = time_of(rest)
            good = spent is not None
            self.spent += [spent] if spent is not None else []
        elif name == "tag":
            tags = [tag for tag in re.split(r"[\s,]+", rest.lower()) if tag]
            good = all(_TAG.fullmatch(tag) for tag in tags)
            self.tags += tags if good else []
        else:
            if self.named.get(name, rest) != rest:
                self.mistakes.append(Misread(line, "twice"))
            self.named[name] = rest
            good = name != "merge" or _NUMBER.fullmatch(rest) is not None
        if not good:
            self.mistakes.append(Misread(line, name))


def _every() -> str:
    return ", ".join(f"#{one}" for one in KNOWN)


def read_commands(text: str) -> Commands:
    """Split leading command lines from the text; a line counts only before the first other words.

    ``#solve Replaced the fuse.`` is a command whose rest is text; ``# heading`` and ``#1042`` are none.
    """
    reading = _Reading()
    lines = text.splitlines()
    while lines:
        line = lines[0].strip()
        if line and not (line.startswith("#") and line[1:2].isalpha()):
            break
        lines.pop(0)
        if line:
            reading.line(line)
    named = reading.named
    merge = _NUMBER.fullmatch(named.get("merge", ""))
    commands = Commands(
        solve="solve" in reading.seen,
        note="note" in reading.seen,
        pending="pending" in reading.seen,
        hold="hold" in reading.seen,
        assign=named.get("assign", ""),
        priority=named.get("priority", ""),
        cause=named.get("cause", ""),
        done=named.get("done", ""),
        article=named.get("article", ""),
        tags=tuple(dict.fromkeys(reading.tags)),
        spent=tuple(reading.spent),
        merge=int(merge[1]) if merge else None,
        lines=tuple(reading.lines),
        mistakes=tuple(reading.mistakes),
        text="\n".join([*reading.words, *lines]).strip(),
    )
    return _at_one(commands)


def _at_one(commands: Commands) -> Commands:
    """The commands, with a mistake where two of them cannot both be done."""
    asked = commands.statuses
    if len(asked) < 2:  # noqa: PLR2004 - one status is no contradiction
        return commands
    both = Misread(", ".join(f"#{_SAID[one]}" for one in asked), "statuses")
    return msgspec.structs.replace(commands, mistakes=(*commands.mistakes, both))


_SAID = {"solved": "solve", "pending": "pending", "on_hold": "hold"}


def time_of(text: str) -> Spent | None:
    """``1h30m on site billable`` as time; ``None`` where it does not begin with a length of time.

    At least a minute, at most a day. The word ``billable`` may stand anywhere behind it.
    """
    length, _, rest = text.strip().partition(" ")
    found = _MINUTES.fullmatch(length.lower())
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
    if not 1 <= minutes <= MINUTES_MOST:
        return None
    words = rest.split()
    activity = " ".join(word for word in words if word.lower() != "billable")
    return Spent(minutes, activity[:LONGEST_ACTIVITY], len(activity.split()) < len(words))
