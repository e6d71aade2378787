"""What is wrong with a policy's webhooks, as far as their sources know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import listed, near
from config.types import Mistake
from ingest.hooks.registry import names, source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.types import Policy
    from config.webhooks import WebhookText
    from ingest.hooks.source import Source

_ALWAYS = ("source", "name", "mailbox", "secret")


def check_webhooks(policy: Policy) -> list[Mistake]:
    """Unknown sources, and options that a source does not take or lacks; each with its place."""
    return [mistake for webhook in policy.webhooks for mistake in _check(webhook)]


def _check(webhook: WebhookText) -> Iterator[Mistake]:
    if not webhook.source:
        return
    found = source(webhook.source)
    if found is None:
        what = f"unknown source {webhook.source!r}"
        yield Mistake(webhook.place, what, f"one of {listed(names())}", near(webhook.source, names()))
        return
    known = [*_ALWAYS, *found.options, *(["fields"] if found.fields else [])]
    for key in webhook.options:
        if key not in found.options:
            what = f"{found.name} has no option {key!r}"
            yield Mistake(webhook.places[key], what, f"one of {listed(known)}", near(key, known))
    for key in found.needed:
        if not webhook.options.get(key):
            yield Mistake(webhook.place, f"{key} is missing", found.options[key])
    yield from _fields(webhook, found)


def _fields(webhook: WebhookText, found: Source) -> Iterator[Mistake]:
    if not webhook.fields:
        return
    if not found.fields:
        yield Mistake(webhook.places["fields"], f"{found.name} has no field map", "none")
    for field in webhook.fields:
        if found.fields and field not in found.fields:
            what = f"unknown field {field!r}"
            place = webhook.places["fields"]
            yield Mistake(place, what, f"one of {listed(found.fields)}", near(field, found.fields))
