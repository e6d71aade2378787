"""What an agent's mail becomes: a public answer, a note, commands that are done, or a question back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Kind, Message
from events.types import By, ContactChecked, ReplyAdded
from handlers import orders
from handlers.commands import Commands, read_commands
from handlers.lifecycle import DOCUMENTED, HELD
from handlers.participants import join_people, keep_ids

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.match import Match


def agent_wrote(event: ContactChecked, message: Message, ticket: int, match: Match, desk: Desk) -> None:
    """An agent's mailed answer is public, unless it says ``#note``, answers our question, or is in doubt.

    Where anything of it is in doubt or not understood, nothing of it is done and the agent is asked. What is
    asked for is done with the reply's own event, in the ticket's stream.
    """
    commands = read_commands(message.new_words)
    flag, why = _flag(message, match, commands, ticket, desk)
    public = flag in {"", "solve"} and not commands.note and bool(commands.text)
    entry = desk.add_entry(
        ticket,
        "reply" if public else "note",
        match.agent,
        _words(message, commands, flag),
        public=public,
        contact=event.contact,
        message_id=message.message_id,
        flag=flag,
    ).id
    if why:
        desk.trace(ticket, {"held": why}, event.contact)
    if public:
        _say_what_is_not_sent(message, ticket, desk)
        join_people(ticket, (*message.to, *message.cc), desk)
    keep_ids(ticket, message, desk)
    desk.settle(event.contact, "reply", ticket=ticket, entry=entry)
    if message.kind is Kind.HUMAN:
        tell_reply(event, ticket, entry, By.AGENT, desk)


def tell_reply(event: ContactChecked, ticket: int, entry: int, by: By, desk: Desk) -> None:
    """Tell that somebody wrote on a ticket."""
    stream = f"ticket:{ticket}"
    desk.emit(ReplyAdded, stream, f"reply:{entry}", ticket=ticket, entry=entry, by=by, contact=event.contact)


def _flag(message: Message, match: Match, commands: Commands, ticket: int, desk: Desk) -> tuple[str, str]:
    """What the entry is marked with, and why nothing is done where nothing is."""
    if message.kind is not Kind.HUMAN:
        return message.kind.value, f"automatic mail ({message.kind_because}) is never public"
    if match.doubt:
        return "unproven", match.doubt
    if not message.cut_certain and not match.asked:
        return "held", "the agent's words could not be told from the quoted text for certain"
    misread = orders.check(commands, ticket, desk)
    if misread:
        return "misread", "; ".join(f"{one.line}: {one.why}" for one in misread)
    if match.asked:
        return DOCUMENTED, ""
    return ("solve" if commands.solve else ""), ""


def _words(message: Message, commands: Commands, flag: str) -> str:
    """What stands on the ticket: all of a mail that was not understood, else its words, else its commands."""
    if flag in HELD:
        return message.text
    if flag == DOCUMENTED:
        return message.new_words
    return commands.text or "\n".join(commands.lines)


def _say_what_is_not_sent(message: Message, ticket: int, desk: Desk) -> None:
    files = [one.name for one in message.attachments if not one.inline]
    if files:
        note = f"Only the words of this answer were sent, without {', '.join(files)}."
        desk.note(ticket, note, flag="unsent")
