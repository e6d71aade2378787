"""What a desk has words of its own for: organisations, fields of tickets, phrases, and where it calls out."""

from __future__ import annotations

import msgspec

from config.choices import SpamThen


class Spam(msgspec.Struct, frozen=True, kw_only=True):
    """``[spam]``: whose word is taken about unwanted mail.

    ``read`` are the header fields in which the operator's own filter speaks (`config.unwanted.VERDICTS`).
    ``block`` and ``allow`` are addresses and domains, in lower case; a domain names those below it, too.
    """

    read: tuple[str, ...] = ()
    then: SpamThen = SpamThen.SET_ASIDE
    block: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Who hears of a ticket that nobody has; names are ids of agents or addresses.

    ``on_call`` hear of an urgent one at once, ``lead`` of any ``after`` so many seconds of opening hours (0:
    never). A group's own come before those of ``[unowned]``; ``after`` is that of ``[unowned]`` alone.
    """

    on_call: tuple[str, ...] = ()
    lead: str = ""
    after: int = 1800


class Canary(msgspec.Struct, frozen=True, kw_only=True):
    """``[canary]``: every so many seconds a mail of the desk's own to ``to``, ``late`` after so many."""

    to: str
    every: int
    late: int


class Deadlines(msgspec.Struct, frozen=True, kw_only=True):
    """The promise to requesters, in seconds of elapsed time; 0 turns a deadline off."""

    first_response: int = 0


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """People who belong together by the domains of their addresses, which are in lower case.

    A domain names those below it, too. ``tags`` are those of each of its people.
    """

    name: str
    domains: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class TicketField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of tickets that only this desk has; where there are ``values``, it holds one of them."""

    name: str
    values: tuple[str, ...] = ()


class OutgoingWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """Where rules may tell others of a ticket; the secret that signs it is named by a variable or a file."""

    name: str
    url: str
    secret_env: str = ""
    secret_file: str = ""


Phrases = dict[str, dict[str, tuple[str, ...]]]
"""Lists of phrases by name and language: ``{"urgent": {"en": ("asap",)}}``."""


def organisation_at(organisations: tuple[Organisation, ...], domain: str) -> Organisation | None:
    """The organisation whose people have addresses at ``domain``; the longest domain that fits decides."""
    found, longest = None, 0
    for organisation in organisations:
        for known in organisation.domains:
            fits = domain == known or domain.endswith(f".{known}")
            if fits and len(known) > longest:
                found, longest = organisation, len(known)
    return found
