"""What a ticket needs of whoever gets it, by what stands on the ticket: group, language, skills.

A skill stands among the tags: ``skill:billing``, or ``skill:billing:3`` for at least level 3. So rules give
it, agents and commands see and change it, and it is told like any other change.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from handlers.tags import tags_of

if TYPE_CHECKING:
    from store.records import TicketRecord

TAGGED = "skill:"
"""What the tag of a skill begins with."""
_SKILL = re.compile(rf"{TAGGED}([a-z][a-z0-9_-]{{0,31}})(?::([1-5]))?")


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """A group's name, a language and skills with the least level of each, in order of their names."""

    group: str
    language: str = ""
    skills: tuple[tuple[str, int], ...] = ()

    @property
    def key(self) -> str:
        """These needs as tickets that wait keep them: tickets of one key wait for the same people."""
        return f"{self.group}|{self.language}|{','.join(f'{name}:{level}' for name, level in self.skills)}"


def needs_of(ticket: TicketRecord) -> Needs:
    """What a ticket needs."""
    skills = skills_in(tags_of(ticket)) if TAGGED in ticket.tags else ()
    return Needs(group=ticket.group_name, language=ticket.language, skills=skills)


def skills_in(tags: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """The skills among tags; of two levels of one skill the higher counts."""
    levels: dict[str, int] = {}
    for tag in tags:
        found = _SKILL.fullmatch(tag)
        if found:
            levels[found[1]] = max(levels.get(found[1], 1), int(found[2] or 1))
    return tuple(sorted(levels.items()))


def read_key(key: str) -> Needs:
    """The needs of a key."""
    group, language, skills = key.rsplit("|", 2)
    pairs = (one.partition(":") for one in skills.split(",") if one)
    return Needs(group=group, language=language, skills=tuple((name, int(level)) for name, _, level in pairs))
