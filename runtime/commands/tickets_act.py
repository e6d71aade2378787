"""``despacho tickets assign``, ``reply``, ``note``, ``solve``: what an agent does by mail, from a shell."""

from __future__ import annotations

import contextlib
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from config.mistakes import listed, near
from handlers import manual, service
from handlers.skilled import read_skill, skills_of, who_knows_more
from runtime.by_hand import at_ticket
from runtime.cli import FAILED, WRONG, Trouble, settings
from runtime.commands.tickets import TicketNumber, no_ticket, tickets
from runtime.given_text import refuse_commands, text_from
from runtime.listing import say, say_json
from runtime.open_desk import open_desk
from runtime.show.ticket_list import ticket_values
from store.tallies import ContendedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.types import Agent, Policy
    from handlers.desk import Desk
    from handlers.skilled import Found, Skill

Json = Annotated[bool, Parameter(negative="")]
Flag = Annotated[bool, Parameter(negative="")]
_TRIES = 5


@tickets.command
def assign(number: TicketNumber, agent_id: str = "", /, *, skill: str = "", json: Json = False) -> int:
    """Give a ticket to an agent, or to whoever knows more of a skill.

    The agent is told by mail, unless DESPACHO_AGENT says that it is you. An agent outside the ticket's group,
    or with more tickets than their capacity, gets it all the same; you are told. Twice changes nothing more.

    With --skill it is the one who knows most of it, at least the level that you name and more than whoever
    has the ticket, is on shift and has room. Where there is nobody, nothing changes and the exit code is 1.

    Examples: `despacho tickets assign 12 ana` · `despacho tickets assign 12 --skill returns` ·
    `despacho tickets assign 12 --skill returns:4`

    Parameters
    ----------
    number
        The ticket's number.
    agent_id
        The agent's id in the policy.
    skill
        A skill that agents have in the policy, and perhaps the least level: returns, returns:4.
    json
        Print a JSON object with what was done.
    """
    if bool(agent_id) == bool(skill):
        raise Trouble("Say who gets it: an agent's id, or --skill with the name of a skill.", WRONG)
    if skill:
        return _assign_skilled(number, skill, json=json)
    with at_one(number) as desk:
        agent = known_agent(desk.policy, agent_id)
        who = settings().agent
        changed = manual.assign(desk, number, agent, known_agent(desk.policy, who).id if who else "")
        remarks = _remarks(desk, number, agent) if changed else []
        told = told_of(desk, number, changed=changed, done=f"#{number} is {agent.id}'s now.", remarks=remarks)
    return say_told(told, json=json, already=f"#{number} is {agent.id}'s already.")


def _assign_skilled(number: int, word: str, *, json: bool) -> int:
    """Give a ticket to whoever knows more of a skill, again where a worker has just filled them up."""
    for _ in range(_TRIES):
        with contextlib.suppress(ContendedError):
            with at_one(number) as desk:
                skill, who = _known_skill(desk.policy, word), settings().agent
                found = who_knows_more(desk, number, skill)
                if found.choice.agent is None:
                    raise Trouble(f"#{number} stays where it is: {_nobody(found)}", FAILED)
                acts = known_agent(desk.policy, who).id if who else ""
                manual.assign_skilled(desk, number, found, acts)
                done = f"#{number} is {found.choice.agent.id}'s now, who {found.choice.because}."
                told = told_of(desk, number, done=done, because=found.choice.because)
            return say_told(told, json=json)
    raise Trouble(f"#{number} stays where it is: workers give out tickets faster. Try again.", FAILED)


def _known_skill(policy: Policy, word: str) -> Skill:
    """The skill that a word names; raises `Trouble` with a suggestion where nobody has it."""
    skill = read_skill(word, policy)
    if skill is None:
        known = skills_of(policy)
        meant = near(word.partition(":")[0], known)
        hint = f" Did you mean {meant!r}?" if meant else ""
        there = f"there are {listed(known)}" if known else "desk.toml gives nobody any `skills`"
        raise Trouble(f"There is no skill {word!r} with a level from 1 to 5; {there}.{hint}", WRONG)
    return skill


def _nobody(found: Found) -> str:
    """Why nobody gets it: of everyone who has the skill, what keeps them from it."""
    reasons = [f"{one.agent.id}: {one.why_not}" for one in found.candidates]
    return f"{found.choice.because}. {'; '.join(reasons) or 'Nobody else has that skill'}."


@tickets.command
def reply(
    number: TicketNumber,
    text: str | None = None,
    /,
    *,
    file: Path | None = None,
    agent: str = "",
    solve: Flag = False,
    json: Json = False,
) -> int:
    """Answer a ticket in public: the requester and those in copy get your words by mail.

    Examples: `despacho tickets reply 12 "It is on its way." --agent ana` ·
    `despacho tickets reply 12 --file answer.txt --solve` · `cat answer.txt | despacho tickets reply 12`

    Parameters
    ----------
    number
        The ticket's number.
    text
        What to say; without it --file, or what comes through a pipe.
    file
        A file with the text, in UTF-8.
    agent
        The id of the agent who answers; by default DESPACHO_AGENT, else the ticket's agent.
    solve
        Mark the ticket solved as well.
    json
        Print a JSON object with what was done.
    """
    said = text_from(text, file)
    refuse_commands(said)
    with at_one(number) as desk:
        entry = manual.reply(desk, number, said, acting(desk, number, agent), solve=solve)
        readers = manual.readers(desk, number)
        remarks = [] if readers else ["Nobody who takes part in it has an address, so it goes to nobody."]
        done = f"#{number} is answered{' and solved' if solve else ''}; to {', '.join(readers) or 'nobody'}."
        told = told_of(desk, number, done=done, remarks=remarks, entry=entry.id, to=readers)
    return say_told(told, json=json)


@tickets.command
def note(
    number: TicketNumber,
    text: str | None = None,
    /,
    *,
    file: Path | None = None,
    agent: str = "",
    json: Json = False,
) -> int:
    """Write a note on a ticket that no customer ever reads.

    Examples: `despacho tickets note 12 "Waiting for the carrier." --agent ana`

    Parameters
    ----------
    number
        The ticket's number.
    text
        What to note; without it --file, or what comes through a pipe.
    file
        A file with the text, in UTF-8.
    agent
        The id of the agent who writes; by default DESPACHO_AGENT, else the ticket's agent.
    json
        Print a JSON object with what was done.
    """
    said = text_from(text, file)
    with at_one(number) as desk:
        entry = manual.note(desk, number, said, acting(desk, number, agent))
        told = told_of(desk, number, done=f"Noted on #{number}; no customer reads it.", entry=entry.id)
    return say_told(told, json=json)


@tickets.command
def solve(
    number: TicketNumber,
    /,
    *,
    resolution: str | None = None,
    article: str = "",
    agent: str = "",
    json: Json = False,
) -> int:
    """Mark a ticket solved; its requester is told by mail, and opens it again by answering that mail.

    A second time changes nothing, but an article may still be named.

    Examples: `despacho tickets solve 12` · `despacho tickets solve 12 --resolution "We sent a new pump."` ·
    `despacho tickets solve 12 --article reset-password`

    Parameters
    ----------
    number
        The ticket's number.
    resolution
        What was done; the requester reads it.
    article
        The name of the article that answers what was asked; it is found by the ticket's words from now on.
    agent
        The id of the agent who acts; by default DESPACHO_AGENT, else the ticket's agent.
    json
        Print a JSON object with what was done.
    """
    said = text_from(resolution, None) if resolution is not None else ""
    refuse_commands(said)
    with at_one(number) as desk:
        who = acting(desk, number, agent)
        learned = _name_article(desk, number, article, who)
        entry = manual.solve(desk, number, who, said)
        done = (
            f"#{number} is solved; its requester is told."
            if entry
            else f"#{number} is answered by {article}."
        )
        changed = entry is not None or learned
        told = told_of(desk, number, changed=changed, done=done, entry=entry.id if entry else None)
    return say_told(told, json=json, already=f"#{number} is solved already.")


@contextlib.contextmanager
def at_one(number: int) -> Iterator[Desk]:
    """A desk on which a person acts on a ticket that there is."""
    with open_desk(settings()) as store, at_ticket(store, number) as desk:
        if desk.known_ticket(number) is None:
            raise no_ticket(number)
        yield desk


def acting(desk: Desk, number: int, named: str) -> str:
    """The id of the agent who acts; raises `Trouble` where it is nobody."""
    who = named or settings().agent or desk.ticket(number).agent
    if not who:
        agents = listed(agent.id for agent in desk.policy.desk.agents)
        raise Trouble(f"Who acts? #{number} has no agent yet: say --agent with one of {agents}.", WRONG)
    return known_agent(desk.policy, who).id


def known_agent(policy: Policy, agent_id: str) -> Agent:
    """The agent with this id; raises `Trouble` with a suggestion where there is none."""
    agent = policy.agent(agent_id)
    if agent is None:
        ids = [one.id for one in policy.desk.agents]
        meant = near(agent_id, ids)
        hint = f" Did you mean {meant!r}?" if meant else ""
        raise Trouble(f"There is no agent {agent_id!r}; there are {listed(ids)}.{hint}", WRONG)
    return agent


def _name_article(desk: Desk, number: int, article: str, who: str) -> bool:
    """Say which article answered it, where one is named; raises `Trouble` for one that there is not."""
    if article and not service.has_article(desk, article):
        meant = service.article_near(desk, article)
        raise Trouble(f"There is no article {article!r}. Perhaps: {meant}", WRONG)
    return bool(article) and service.answered_by(desk, number, article, who)


def _remarks(desk: Desk, number: int, agent: Agent) -> list[str]:
    """What is unusual about an agent having this ticket."""
    ticket = desk.ticket(number)
    group = desk.policy.group(ticket.group_name)
    remarks = []
    if group is not None and agent.id not in group.agents:
        remarks.append(f"{agent.id} is not in {group.name}; the ticket stays in that group.")
    load = desk.batch.agents.read(agent.id)
    if agent.capacity and load > agent.capacity:
        remarks.append(f"{agent.id} has {load} open tickets now, more than the capacity of {agent.capacity}.")
    return remarks


def told_of(desk: Desk, number: int, *, changed: bool = True, **fields: Any) -> dict[str, Any]:
    """What a command has to say, as ``--json`` prints it; the ticket is as it is now."""
    return {"changed": changed, "remarks": [], **fields, "ticket": ticket_values(desk.ticket(number))}


def say_told(told: dict[str, Any], *, json: bool, already: str = "") -> int:
    """Print what a command did; gives back the exit code."""
    done = told.pop("done")
    if json:
        say_json(told)
        return 0
    say(done if told["changed"] else already)
    for remark in told["remarks"]:
        say(remark, "yellow")
    return 0
