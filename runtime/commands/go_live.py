"""``despacho go-live``: show what a mailbox in shadow did with its mail, then let it answer."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Any

import msgspec

from config.modes import THE_DESK
from runtime.cli import FAILED, OK, app, out, settings
from runtime.listing import clock, counted, say, say_fields, say_json
from runtime.named_mailbox import mailbox_named, policy_of
from runtime.open_desk import open_desk
from runtime.wiring import utc_now
from store import deadletters, going_live

if TYPE_CHECKING:
    from config.types import Policy
    from store.engine import Store
    from store.going_live import Numbers


@app.command(name="go-live")
def go_live(*mailbox: str, yes: bool = False, back: bool = False, json: bool = False) -> int:
    """Let mailboxes in shadow answer their mail, after showing what they did with it so far.

    In shadow a mailbox takes mail in and routes it, and keeps every mail that it would have sent. Once it is
    live, new mail is answered; what was kept is never sent later. Running desks take it within 2 seconds. It
    is kept in the database, beside the policy: `mode` in desk.toml stays as it is.

    Exit codes: 0 live, now or before, 1 not confirmed, 2 no such mailbox.

    Examples: `despacho go-live` · `despacho go-live support@acme.example --yes` · `despacho go-live --json` ·
    `despacho go-live billing@acme.example --back`

    Parameters
    ----------
    mailbox
        The addresses; by default every mailbox that is in shadow, and the desk itself.
    yes
        Do not ask.
    back
        Take the word back: from then on desk.toml says again what is in shadow.
    json
        Ask nothing, and print one document: mailboxes with their numbers, and live. Without --yes nothing
        changes.
    """
    with open_desk(settings()) as store:
        policy = policy_of(store)
        chosen = _chosen(policy, mailbox, every=back)
        if back:
            return _go_back(store, chosen, json=json)
        waiting = [one for one in chosen if one and not policy.is_live(one)]
        with store.reading() as connection:
            found = [going_live.numbers(connection, one) for one in waiting]
            dead = len(deadletters.waiting(connection))
        if not waiting and THE_DESK not in chosen:
            return _tell_done(found, live=True, json=json)
        if not json:
            _show(found, dead)
        if not (yes or (not json and waiting and _confirmed())):
            return _left(found, json=json)
        with store.writing() as connection:
            going_live.go(connection, chosen, who=getpass.getuser(), now=utc_now())
        return _tell_done(found, live=True, json=json)


def _chosen(policy: Policy, named: tuple[str, ...], *, every: bool) -> list[str]:
    """The mailboxes' addresses, and the desk's empty one where it is meant, too."""
    boxes = [one.address for one in policy.desk.mailboxes]
    if not named:
        shadow = [one for one in boxes if every or not policy.is_live(one)]
        return [*shadow, THE_DESK] if shadow else []
    return list(dict.fromkeys(mailbox_named(policy, name) for name in named))


def _show(found: list[Numbers], dead: int) -> None:
    for one in found:
        say(f"{one.mailbox} is in shadow.", style="bold")
        states = ", ".join(f"{counted_state} {number:,}" for counted_state, number in one.states.items())
        mails = ", ".join(f"{reason} {number:,}" for reason, number in one.shadowed.items())
        span = f"{clock(one.first)} to {clock(one.last)}" if one.first else ""
        total = sum(one.shadowed.values())
        say_fields(
            (
                ("contacts", f"{one.contacts:,}" + (f" ({states})" if states else "")),
                ("between", span),
                ("tickets", f"{one.tickets:,}"),
                (
                    "would have sent",
                    f"{counted(total, 'mail')} to {counted(one.people, 'address', 'addresses')}"
                    + (f" ({mails})" if mails else ""),
                ),
            )
        )
        say()
    if dead:
        say(f"{counted(dead, 'dead letter')} on this desk: see `despacho dead list` first.\n", style="yellow")
    say("`despacho outgoing list --state shadowed` shows those mails. They are never sent, now or later.")


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        return False
    say("From now on new mail is answered, and may be flagged and moved where it lies.")
    return out.input("Go live? [y/N] ").strip().lower() in {"y", "yes", "s", "sí", "j", "ja"}


def _left(found: list[Numbers], *, json: bool) -> int:
    if json:
        say_json(_document(found, live=False))
        return OK
    say("Nothing has changed; --yes goes live without asking.")
    return FAILED


def _tell_done(found: list[Numbers], *, live: bool, json: bool) -> int:
    if json:
        say_json(_document(found, live=live))
    elif found:
        names = ", ".join(one.mailbox for one in found)
        say(f"{names}: live. Running desks take it within 2 seconds; mails kept in shadow stay kept.")
    else:
        say("Live already.")
    return OK


def _go_back(store: Store, chosen: list[str], *, json: bool) -> int:
    with store.writing() as connection:
        taken = going_live.go_back(connection, chosen)
    policy = policy_of(store)
    shadow = [one.address for one in policy.desk.mailboxes if not policy.is_live(one.address)]
    if json:
        say_json({"taken_back": taken, "in_shadow": shadow})
    else:
        say(f"desk.toml counts again. In shadow: {', '.join(shadow) or 'no mailbox'}.")
    return OK


def _document(found: list[Numbers], *, live: bool) -> dict[str, Any]:
    return {"live": live, "mailboxes": [msgspec.to_builtins(one) for one in found]}
