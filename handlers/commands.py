"""Read the ``#`` lines at the top of an agent's mail."""

from __future__ import annotations

import msgspec

KNOWN = ("solve", "note")


class Commands(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent asked for, and the words that are left."""

    solve: bool = False
    note: bool = False
    unknown: tuple[str, ...] = ()
    text: str = ""


def read_commands(text: str) -> Commands:
    """Split leading command lines from the text; a line counts only before the first other words.

    ``#solve Replaced the fuse.`` is a command whose rest is text; ``# heading`` and ``#1042`` are none.
    """
    seen: set[str] = set()
    unknown: list[str] = []
    lines = text.splitlines()
    rest: list[str] = []
    while lines:
        line = lines[0].strip()
        if line and not (line.startswith("#") and line[1:2].isalpha()):
            break
        lines.pop(0)
        if not line:
            continue
        word, _, words = line[1:].partition(" ")
        if word.lower() in KNOWN:
            seen.add(word.lower())
        else:
            unknown.append(f"#{word}")
        if words.strip():
            rest.append(words.strip())
    return Commands(
        solve="solve" in seen,
        note="note" in seen,
        unknown=tuple(unknown),
        text="\n".join([*rest, *lines]).strip(),
    )
