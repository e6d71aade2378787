"""``then.reply``: a mail to whoever asks, in the words of the rule or of a template.

It is automatic mail: it goes to no machine, it is under the limits of acknowledgements, and it is no answer
of an agent's, so that promises to answer go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.mail_by_rule import write_to_requester
from handlers.rules.action import check_text, does
from handlers.rules.texts import check_template, check_texts
from handlers.rules.values import place_of

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.doing import Doing

_EXPECTED = 'a text, one a language like { en = "…", es = "…" }, or { template = "name" }'


def _check(text: ActionText, policy: Policy) -> list[Mistake]:
    if not isinstance(text.value, dict):
        return check_text(text, policy)
    if set(text.value) == {"template"}:
        return check_template(text, text.value["template"], policy, "the name of a template of yours")
    if not text.value:
        return [Mistake(place_of(text), f"reply is {in_words(text.value)}", _EXPECTED)]
    return check_texts(text, text.value, policy)


def _words(value: Any, language: str) -> tuple[str, str]:
    """The template and the text for it; where a language has no text of its own, the first there is."""
    if isinstance(value, str):
        return "by_rule", value
    if "template" in value:
        return value["template"], ""
    return "by_rule", value.get(language) or next(iter(value.values()))


def _perform(desk: Desk, doing: Doing) -> None:
    template, text = _words(doing.value, desk.ticket(doing.ticket).language)
    write_to_requester(desk, doing, template, text)


action = does(
    "reply",
    doc="a mail to whoever asks: a text, one for each language, or a template of yours",
    example='"We have your order."',
    check=_check,
    perform=_perform,
)
