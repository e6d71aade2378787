"""``despacho policy fields``: what rules can ask about, and what they can do."""

from __future__ import annotations

from handlers.rules.catalogue import ACTIONS
from handlers.rules.fields import FAMILIES, FIELDS
from handlers.rules.operators import OPERATORS
from runtime.cli import OK
from runtime.commands.policy import policy
from runtime.listing import say, say_json, say_table


@policy.command
def fields(*, json: bool = False) -> int:
    """List every field that a rule can ask about, with its type, its operators and an example value.

    The actions of `then` follow, with an example each.

    Examples: `despacho policy fields` · `despacho policy fields --json`

    Parameters
    ----------
    json
        One document: fields with name, type, operators, example and doc; actions with name, example and doc.
    """
    every = (*FIELDS.values(), *FAMILIES)
    if json:
        say_json(
            {
                "fields": [
                    {
                        "name": field.name,
                        "type": field.type.value,
                        "operators": list(OPERATORS[field.type]),
                        "example": field.example,
                        "doc": field.doc,
                    }
                    for field in every
                ],
                "actions": [
                    {"name": one.name, "example": one.example, "doc": one.doc} for one in ACTIONS.values()
                ],
            }
        )
        return OK
    lines = [
        (field.name, field.type.value, field.example, ", ".join(OPERATORS[field.type]), field.doc)
        for field in every
    ]
    say_table(("field", "type", "for example", "operators", "what it is"), lines)
    say()
    actions = [(f"then.{one.name}", one.example, one.doc) for one in ACTIONS.values()]
    say_table(("action", "for example", "what it does"), actions)
    return OK
