"""Who works at the desk, in which groups, for which addresses; each with its place, to compare them later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from config.address import bare, is_address
from config.channels import read_check
from config.duties import read_assign, read_duty
from config.mistakes import listed, near
from config.modes import Mode
from config.types import Agent, Group, Mailbox
from config.unowned import read_watch
from config.unwanted import addresses_and_domains

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from config.duty import Shift
    from config.table import Table

Written = TypeVar("Written", Agent, Group, Mailbox)

_ID = re.compile(r"[a-z0-9_]{1,32}")
_ID_EXPECTED = 'a short name of a-z, 0-9 and _, like "ana"'
_ADDRESS_EXPECTED = 'a mail address like "support@acme.example"'
_LANGUAGE = re.compile(r"[a-z]{2}")
_MEANT = {"no": "nb", "nn": "nb", "norwegian": "nb", "spanish": "es", "english": "en", "español": "es"}


def read_agents(
    tables: Iterable[Table], languages: Collection[str], shifts: Sequence[Shift]
) -> list[tuple[Agent, Table]]:
    """The ``[[agent]]`` tables; what they say of ``shifts`` must be among these."""
    return [(_agent(table, languages, shifts), table) for table in tables]


def read_groups(tables: Iterable[Table], agents: Sequence[Agent]) -> list[tuple[Group, Table]]:
    """The ``[[group]]`` tables; their members must be among ``agents``."""
    return [(_group(table, agents), table) for table in tables]


def read_mailboxes(
    tables: Iterable[Table], groups: Sequence[Group], languages: Collection[str]
) -> list[tuple[Mailbox, Table]]:
    """The ``[[mailbox]]`` tables; their group must be among ``groups``."""
    return [(_mailbox(table, [group.name for group in groups], languages), table) for table in tables]


def check_language(
    table: Table, path: str | tuple[str | int, ...], language: str, known: Collection[str]
) -> bool:
    """Notes a mistake where ``language`` is none that the desk has words for; says whether it is one."""
    if language in known:
        return True
    meant = _MEANT.get(language.casefold(), "") or near(language, known)
    hint = (
        "" if not _LANGUAGE.fullmatch(language) else f"; another language needs a folder templates/{language}"
    )
    table.wrong(path, f"unsupported language {language!r}", f"one of {listed(known)}{hint}", meant)
    return False


def languages_at(table: Table, key: str, known: Collection[str]) -> tuple[str, ...]:
    """The supported languages in the list at ``key``; one that is named twice is a mistake."""
    found: list[str] = []
    for index, language in table.texts(key):
        if language in found:
            table.wrong((key, index), f"{language!r} is named twice", "each language once")
        elif check_language(table, (key, index), language, known):
            found.append(language)
    return tuple(found)


def _agent(table: Table, languages: Collection[str], shifts: Sequence[Shift]) -> Agent:
    agent_id = table.text("id", required=True)
    if agent_id and not _ID.fullmatch(agent_id):
        table.wrong("id", f"{agent_id!r} cannot be an agent's id", _ID_EXPECTED)
    spoken = languages_at(table, "languages", languages)
    agent = Agent(
        id=agent_id,
        name=table.text("name", required=True),
        address=_address(table, "address"),
        languages=spoken,
        capacity=table.number("capacity", 0, most=10_000),
        superior=table.text("superior"),
        experience=table.number("experience", 0, most=9),
        duty=read_duty(table, shifts, spoken),
    )
    table.close()
    return agent


def _group(table: Table, known: Sequence[Agent]) -> Group:
    agents = [agent.id for agent in known]
    name = table.text("name", required=True, longest=64)
    members: list[str] = []
    for index, agent_id in table.texts("agents"):
        if agent_id not in agents:
            meant = near(agent_id, agents)
            table.wrong(("agents", index), f"unknown agent {agent_id!r}", f"one of {listed(agents)}", meant)
        elif agent_id in members:
            table.wrong(("agents", index), f"agent {agent_id!r} is in this group already", "each agent once")
        else:
            members.append(agent_id)
    time_required = table.flag("time_required")
    calendar, watch = table.text("calendar"), read_watch(table, known)
    assign = read_assign(table.table("assign"))
    table.close()
    return Group(
        name=name,
        agents=tuple(members),
        time_required=time_required,
        calendar=calendar,
        watch=watch,
        assign=assign,
    )


def _mailbox(table: Table, groups: Sequence[str], languages: Collection[str]) -> Mailbox:
    address = _own_address(table, "address", _address(table, "address"))
    group = table.text("group")
    if group and group not in groups:
        table.wrong("group", f"unknown group {group!r}", f"one of {listed(groups)}", near(group, groups))
    language = table.text("language")
    if language:
        check_language(table, "language", language, languages)
    aliases = []
    for index, alias in table.texts("aliases"):
        where = ("aliases", index)
        if not is_address(alias):
            table.wrong(where, f"{alias!r} is no mail address", _ADDRESS_EXPECTED)
        else:
            aliases.append(_own_address(table, where, alias.lower()))
    mailbox = Mailbox(
        address=address,
        name=table.text("name"),
        group=group,
        language=language,
        aliases=tuple(aliases),
        check=read_check(table),
        reply_to_from=addresses_and_domains(table, "reply_to_from"),
        mode=table.choice("mode", Mode),
        calendar=table.text("calendar"),
    )
    table.close()
    return mailbox


def _address(table: Table, key: str) -> str:
    address = table.text(key, required=True, longest=1000)
    if address and not is_address(address):
        table.wrong(key, f"{address[:80]!r} is no mail address", _ADDRESS_EXPECTED)
    return address.lower()


def _own_address(table: Table, path: str | tuple[str | int, ...], address: str) -> str:
    """Our own addresses have no tag: what follows a plus sign is where tokens stand."""
    if "+" in address.partition("@")[0]:
        table.wrong(path, f"{address!r} holds a +", f"{bare(address)!r}; any +tag comes to it")
    return bare(address)
