"""Answer an agent whose mail wanted a contact written down and had mistakes in it: nothing is half done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Address
from events.outcome import Reason, SetAside
from handlers.aside import put_aside
from handlers.compose import Draft, agent_language, send_to_ops
from handlers.limits import HOUR, Window, allow

if TYPE_CHECKING:
    from events.message import Asked, Message
    from handlers.desk import Desk

NOT_WRITTEN = "not_written"
"""The template, and the beginning of the mail's effect key."""
_SUBJECT = {
    "en": "Not written down: {subject}",
    "es": "No se ha anotado: {subject}",
    "nb": "Ikke notert: {subject}",
}
_WORDS_MOST = 2_000


def tell_not_written(contact: int, message: Message, asked: Asked, desk: Desk) -> None:
    """Set the mail aside and tell its agent what was understood and what was not, as often as notices go."""
    put_aside(contact, message, SetAside(Reason.NOT_WRITTEN, ", ".join(asked.wrong)), desk)
    desk.end()
    agent = desk.policy.agent(asked.agent)
    if agent is None:
        return
    most = desk.policy.desk.limits.agent_notices_per_hour
    if full := allow(desk, [Window("agent-not-written", agent.id, HOUR, most)]):
        desk.trace(None, {"told": False, "because": full}, contact)
        return
    language = agent_language(desk, agent)
    draft = Draft(
        template=NOT_WRITTEN,
        language=language,
        effect_key=f"{NOT_WRITTEN}:{contact}",
        values={
            "desk": desk.policy.desk.name,
            "agent_name": agent.name,
            "who": asked.who,
            "how": asked.how,
            "subject": message.subject,
            "body": message.new_words[:_WORDS_MOST],
            "wrong": list(asked.wrong),
        },
        automatic=True,
    )
    subject = _SUBJECT.get(language, _SUBJECT["en"]).format(subject=" ".join(message.subject.split())[:100])
    # Its answer is the next try, and has to reach the desk.
    to = Address(agent.address, agent.name)
    send_to_ops(desk, draft, to, subject, reply_to=message.mailbox)
