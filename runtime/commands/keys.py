"""``despacho keys``: the keys that sign reply addresses and Message-IDs; make a new one, end an old one."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from cyclopts import App

from config.duration import seconds_of
from runtime.cli import OK, WRONG, Trouble, app, settings
from runtime.listing import clock, say, say_json, say_table
from runtime.open_desk import open_desk
from runtime.wiring import utc_now
from store import keys as signing

keys = App(name="keys", help="Look at the keys that sign reply addresses, make new ones, end old ones.")
app.command(keys)

_MEANS = {
    "signs": "signs and verifies",
    "soon": "verifies, signs in a few seconds",
    "verifies": "verifies what it signed before",
    "retired": "retired: what it signed opens no ticket",
}


@keys.command(name="list")
def list_keys(*, json: bool = False) -> int:
    """List the signing keys, the newest first. The secrets are never shown.

    Examples: `despacho keys list` · `despacho keys list --json`

    Parameters
    ----------
    json
        A list of keys with id, signs_from, valid_until, state.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        found = signing.facts(connection, utc_now())
    if json:
        say_json([msgspec.structs.asdict(one) for one in found])
        return OK
    rows = [(one.id, clock(one.signs_from), clock(one.valid_until), _MEANS[one.state]) for one in found]
    say_table(("key", "signs from", "valid until", "what it does"), rows, right=("key",))
    return OK


@keys.command
def rotate(*, old_valid: str | None = None, json: bool = False) -> int:
    """Make a new signing key; running desks take it within 2 seconds, and sign with it after 5.

    What older keys signed stays good: customers go on answering mails of last year. After a key has leaked,
    end the old ones with `despacho keys retire`, or give them a last day with --old-valid.

    Examples: `despacho keys rotate` · `despacho keys rotate --old-valid 90d`

    Parameters
    ----------
    old_valid
        For how long the older keys still verify, like 90d or 26w; without it, until they are retired.
    json
        One document: key, the new one's number.
    """
    keep = _span(old_valid)
    with open_desk(settings()) as store, store.writing() as connection:
        number = signing.rotate(connection, utc_now(), keep=keep)
    if json:
        say_json({"key": number})
        return OK
    until = f"for another {old_valid}" if keep else "until they are retired"
    say(f"Key {number} signs in {signing.SIGNS_AFTER.seconds} seconds. Older keys verify {until}.")
    say("Make a backup now (`despacho backup`): an older one does not know this key.")
    return OK


@keys.command
def retire(key: int) -> int:
    """End a key: what it signed opens no ticket any more, and such mail becomes a ticket of its own.

    The key that signs cannot be retired; rotate first. A key that is retired already stays so.

    Examples: `despacho keys retire 1`

    Parameters
    ----------
    key
        Its number, as `despacho keys list` says it.
    """
    with open_desk(settings()) as store, store.writing() as connection:
        why_not = signing.retire(connection, key, utc_now())
    if why_not:
        raise Trouble(why_not)
    say(f"Key {key} is retired; running desks know it within 2 seconds.")
    return OK


def _span(text: str | None) -> timedelta | None:
    if text is None:
        return None
    seconds = seconds_of(text)
    if seconds is None:
        raise Trouble(f"{text!r} is no length of time: say 90d or 26w, at most a year.", WRONG)
    return timedelta(seconds=seconds)
