"""A small desk for tests of rules, and rules added to it as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.loader import examine_files
from handlers.rules.engine import CompiledRules, compile_rules
from handlers.rules.facts import Facts

if TYPE_CHECKING:
    from config.types import Policy

DESK = """
name = "Acme"
languages = ["en", "es", "nb"]
[[mailbox]]
address = "support@acme.example"
group = "first-line"
[[agent]]
id = "ana"
name = "Ana"
address = "ana@acme.example"
[[group]]
name = "first-line"
agents = ["ana"]
[[group]]
name = "billing"
agents = ["ana"]
[[organisation]]
name = "Big Bikes"
domains = ["bigbikes.example"]
tags = ["big"]
[[field]]
name = "order_kind"
values = ["new", "return"]
[[field]]
name = "order"
"""
CHANNELS = """
[[outgoing_webhook]]
name = "crm"
url = "https://crm.acme.example/tickets"
secret = { env = "CRM_SECRET" }
"""
PHRASES = """
[urgent]
en = ["urgent", "right away"]
es = ["urgente", "cuanto antes", "rápido"]
nb = ["haster", "med én gang"]
[complaint]
en = ["complaint"]
nb = ["klage"]
"""


def policy_with(rules: str) -> Policy:
    """The desk with these rules; what is wrong with them is for the test to find."""
    reading = examine_files(
        {"desk.toml": DESK, "rules.toml": rules, "channels.toml": CHANNELS, "phrases.toml": PHRASES}
    )
    assert reading.mistakes == [], [str(one) for one in reading.mistakes]
    return reading.policy


def rules_with(text: str) -> CompiledRules:
    """The rules, ready to run."""
    return compile_rules(policy_with(text))


def facts(**values: Any) -> Facts:
    """Facts by field name, written ``requester__domain`` for ``requester.domain``."""
    return Facts({name.replace("__", "."): value for name, value in values.items()})
