"""What rules may ask about whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.rules.kinds import TRUSTS, Field, Type, always

if TYPE_CHECKING:
    from config.types import Policy
    from handlers.rules.kinds import Fact
    from handlers.rules.seen import Seen


def _organisation(seen: Seen) -> Fact:
    return one.name if (one := seen.organisation) is not None else ""


def _person_tags(seen: Seen) -> Fact:
    organisation = seen.organisation
    return tuple(dict.fromkeys((*seen.requester.tags, *(organisation.tags if organisation else ()))))


def _languages(policy: Policy) -> tuple[str, ...]:
    return policy.desk.languages


def _organisations(policy: Policy) -> tuple[str, ...]:
    return tuple(one.name for one in policy.desk.organisations)


fields = (
    Field(
        "requester.address",
        Type.TEXT,
        "the requester's address",
        "kari@customer.example",
        lambda seen: seen.requester.address,
    ),
    Field(
        "requester.domain",
        Type.TEXT,
        "what follows the @ in it",
        "customer.example",
        lambda seen: seen.domain,
    ),
    Field(
        "requester.name",
        Type.TEXT,
        "the requester's name",
        "Kari Nordmann",
        lambda seen: seen.requester.name,
    ),
    Field(
        "requester.language",
        Type.CHOICE,
        "the requester's usual language",
        "nb",
        lambda seen: seen.requester.language,
        _languages,
    ),
    Field(
        "requester.trust",
        Type.LEVEL,
        "how far they are known",
        "aligned",
        lambda seen: str(seen.requester.trust),
        always(TRUSTS),
        "unverified",
    ),
    Field(
        "requester.organisation",
        Type.CHOICE,
        "their organisation, by the domain of their address",
        "Acme",
        _organisation,
        _organisations,
    ),
    Field("requester.tags", Type.TAGS, "their tags, and their organisation's", "vip", _person_tags),
    Field(
        "requester.tickets",
        Type.NUMBER,
        "how many tickets they had before this one",
        "3",
        lambda seen: seen.history.tickets_before(),
    ),
    Field(
        "requester.unsolved",
        Type.NUMBER,
        "how many of those are unsolved",
        "1",
        lambda seen: seen.history.unsolved_before(),
    ),
)
