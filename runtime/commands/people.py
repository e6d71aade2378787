"""``despacho people tag``, ``untag``, ``show``: what is known of a requester, and tags for rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from config.organisations import TAG, TAG_EXPECTED
from config.vocabulary import organisation_at
from runtime.addresses import people_named, policy_in_force, refuse_staff
from runtime.cli import FAILED, OK, WRONG, Trouble, app, settings
from runtime.commands.policy import author
from runtime.listing import clock, counted, one_line, say, say_json
from runtime.open_desk import open_desk
from runtime.wiring import utc_now
from store import tagging

if TYPE_CHECKING:
    from config.types import Policy
    from store.tagging import Tagged, Tagging

people = App(name="people", help="Look at requesters, and set tags that rules ask about.")
app.command(people)

Json = Annotated[bool, Parameter(negative="")]


@people.command
def tag(address: str, tags: str, /, *more: str, json: Json = False) -> int:
    """Set tags on a requester: rules see them in requester.tags, on this ticket and all that follow.

    Whoever has not written yet may be tagged: their first mail finds it. A tag that is there already changes
    nothing. Whole companies are tagged by [[organisation]] in desk.toml.

    Exit codes: 0 done, 2 the call is wrong.

    Examples: `despacho people tag kari@customer.example vip` ·
    `despacho people tag kari@customer.example vip gold --json`

    Parameters
    ----------
    address
        Their address.
    tags
        A tag: letters, digits and _ . : / -
    more
        Further tags.
    json
        One document: address, changed, tags.
    """
    return _set(address, on=(tags, *more), json=json)


@people.command
def untag(address: str, tags: str, /, *more: str, json: Json = False) -> int:
    """Take tags off a requester, also those that a rule gave. A tag that is not there changes nothing.

    Exit codes: 0 done, 2 the call is wrong.

    Examples: `despacho people untag kari@customer.example vip`

    Parameters
    ----------
    address
        Their address.
    tags
        A tag.
    more
        Further tags.
    json
        One document: address, changed, tags.
    """
    return _set(address, off=(tags, *more), json=json)


@people.command
def show(address: str, /, *, json: Json = False) -> int:
    """Show what is known of a requester: tags, who set them by hand, organisation, language, tickets.

    Exit codes: 0 known, 1 nobody of that address has written or was tagged, 2 the call is wrong.

    Examples: `despacho people show kari@customer.example`

    Parameters
    ----------
    address
        Their address.
    json
        One document: address, name, language, first_seen, organisation, tags, of_organisation, by_hand,
        tickets, unsolved.
    """
    [named] = people_named([address])
    with open_desk(settings()) as store, store.reading() as connection:
        found = tagging.find(connection, named)
        policy = policy_in_force(connection)
    if found is None:
        raise Trouble(f"Nobody of the address {named} has written, or was tagged.", FAILED)
    values = _values(found, policy)
    if json:
        say_json(values)
        return OK
    for line in _lines(found, values):
        say(line)
    return OK


def _set(address: str, *, on: tuple[str, ...] = (), off: tuple[str, ...] = (), json: bool) -> int:
    [named] = people_named([address])
    wanted = [_tag(one) for one in (on or off)]
    with open_desk(settings()) as store:
        with store.reading() as connection:
            refuse_staff([named], policy_in_force(connection))
        by, now = settings().agent or author(), utc_now()
        with store.writing(urgent=True) as connection:
            changes = {"on" if on else "off": wanted}
            changed = tagging.tag(connection, named, by=by, now=now, **changes)
            found = tagging.find(connection, named)
    tags = found.tags if found is not None else ()
    if json:
        say_json({"address": named, "changed": changed, "tags": tags})
    else:
        verb = "Set" if on else "Taken off"
        say(f"{verb}: {', '.join(changed)}." if changed else "Nothing changed.")
        say(f"{named}: {', '.join(tags) or 'no tags'}")
    return OK


def _tag(text: str) -> str:
    folded = text.strip().lower()
    if not TAG.fullmatch(folded):
        raise Trouble(f"{text!r} is no tag; expected {TAG_EXPECTED}.", WRONG)
    return folded


def _values(found: Tagged, policy: Policy | None) -> dict[str, Any]:
    """What is known, as ``--json`` prints it."""
    domain = found.address.rpartition("@")[2]
    organisation = organisation_at(policy.desk.organisations, domain) if policy is not None else None
    return {
        "address": found.address,
        "name": found.name,
        "language": found.language,
        "first_seen": found.first_seen,
        "organisation": organisation.name if organisation else "",
        "tags": found.tags,
        "of_organisation": organisation.tags if organisation else (),
        "by_hand": found.by_hand,
        "tickets": found.tickets,
        "unsolved": found.unsolved,
    }


def _lines(found: Tagged, values: dict[str, Any]) -> list[str]:
    who = f"{found.address} ({one_line(found.name)})" if found.name else found.address
    lines = [
        f"{who}, known since {clock(found.first_seen)}",
        f"language: {found.language or 'not known'}",
        f"tickets: {found.tickets}, of them unsolved: {found.unsolved}",
        f"tags: {', '.join(found.tags) or 'none'}",
    ]
    if values["organisation"]:
        tags = ", ".join(values["of_organisation"]) or "none"
        lines.append(f"organisation: {values['organisation']}, whose tags are: {tags}")
    if found.by_hand:
        lines.append(f"{counted(len(found.by_hand), 'change')} by hand, the latest first:")
        lines += [f"  {_said(one)}" for one in reversed(found.by_hand)]
    return lines


def _said(one: Tagging) -> str:
    return f"{clock(one.at)}  {'-' if one.off else '+'}{one.tag}  by {one_line(one.by)}"
