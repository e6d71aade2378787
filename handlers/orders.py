"""Do what an agent's commands ask for: all of it, or nothing where one of them cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import near
from config.types import Agent, Group
from handlers import service
from handlers.assign import hand_over
from handlers.merge import merge, why_not_merged
from handlers.misread import Misread
from handlers.needs import TAGGED
from handlers.rules.kinds import PRIORITIES
from handlers.skilled import Skill, hand_to_skilled, read_skill, skills_of, who_knows_more
from handlers.status import count_open, set_status
from handlers.tags import encode_tags, tags_of

if TYPE_CHECKING:
    from handlers.commands import Commands
    from handlers.desk import Desk


def check(commands: Commands, ticket: int, desk: Desk) -> tuple[Misread, ...]:
    """Everything that cannot be done of what is asked for; empty where all can."""
    found = list(commands.mistakes)
    found += _why_not_assigned(commands.assign, ticket, desk) if commands.assign else []
    if commands.priority and commands.priority.lower() not in PRIORITIES:
        found.append(Misread(f"#priority {commands.priority}", "priority", ", ".join(PRIORITIES)))
    if commands.merge is not None:
        why = why_not_merged(desk, ticket, commands.merge)
        found += [Misread(f"#merge {commands.merge}", *why)] if why else []
    if commands.article and not service.has_article(desk, commands.article):
        meant = service.article_near(desk, commands.article)
        found.append(Misread(f"#article {commands.article}", "no_article", meant))
    return tuple(found)


def _why_not_assigned(word: str, ticket: int, desk: Desk) -> list[Misread]:
    line, named = f"#assign {word}", _whom(word, desk)
    if isinstance(named, Skill):
        found = who_knows_more(desk, ticket, named)
        if found.choice.agent is not None:
            return []
        return [Misread(line, "not_there" if found.able else "no_better", ", ".join(found.able))]
    if named is not None:
        return []
    names = _names(desk)
    return [Misread(line, "nobody", near(word, names) or ", ".join(names))]


def carry_out(commands: Commands, number: int, who: str, desk: Desk) -> None:
    """Do what was checked, in the name of the agent ``who``; what is gone since is noted and left out."""
    undone = check(commands, number, desk)
    if undone:
        left = ", ".join(one.line for one in undone)
        desk.note(number, f"Not done, because it is not possible any more: {left}.", flag="undone")
        return
    _give_fields(commands, number, desk)
    for spent in commands.spent:
        service.spend(desk, number, who, spent)
    if commands.cause or commands.done:
        service.document(desk, number, who, wrong=commands.cause, done=commands.done)
    if commands.article:
        service.answered_by(desk, number, commands.article, who)
    for status in commands.statuses:
        set_status(desk, number, status)
    if commands.merge is not None:
        merge(desk, number, commands.merge, who)


def _give_fields(commands: Commands, number: int, desk: Desk) -> None:
    if commands.priority:
        desk.change(number, priority=commands.priority.lower())
    if commands.tags:
        tags = set(tags_of(desk.ticket(number)))
        off = {tag[1:] for tag in commands.tags if tag.startswith("-")}
        on = {tag for tag in commands.tags if not tag.startswith("-")}
        desk.change(number, tags=encode_tags((tags - off) | on))
    if commands.assign:
        _assign(_whom(commands.assign, desk), number, desk)


def _assign(named: Agent | Group | Skill | None, number: int, desk: Desk) -> None:
    match named:
        case Agent():
            hand_over(desk, desk.ticket(number), named)
        case Group():
            agent_id = desk.ticket(number).agent
            desk.change(number, group_name=named.name)
            if agent_id and agent_id not in named.agents:
                # Whoever is free in the group gets it, later in this chain.
                leave(desk, number)
        case Skill():
            hand_to_skilled(desk, number, who_knows_more(desk, number, named))


def leave(desk: Desk, number: int) -> None:
    """Take a ticket off its agent, so that one of its group is looked for."""
    ticket = desk.ticket(number)
    if ticket.agent and not service.is_over(ticket):
        count_open(desk, ticket, -1)
    desk.change(number, agent="")


def _names(desk: Desk) -> list[str]:
    """All that a ticket can be assigned to."""
    policy = desk.policy.desk
    skills = (f"{TAGGED}{skill}" for skill in skills_of(desk.policy))
    return [*(one.id for one in policy.agents), *(one.name for one in policy.groups), *skills]


def _whom(word: str, desk: Desk) -> Agent | Group | Skill | None:
    """What a word names, an agent by id or address; a skill only where no agent and no group is called so."""
    folded = word.casefold()
    for agent in desk.policy.desk.agents:
        if folded in {agent.id, agent.address}:
            return agent
    for group in desk.policy.desk.groups:
        if group.name.casefold() == folded:
            return group
    return read_skill(folded, desk.policy)
