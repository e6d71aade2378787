"""``despacho channels``: the mailboxes that the desk reads at servers of others, and whether it can."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cyclopts import App

from runtime import wiring
from runtime.cli import FAILED, OK, WRONG, Trouble, app, settings
from runtime.listing import ago, counted, say, say_fields, say_json, say_table
from runtime.policy_in_force import policy_in_force
from store import imap as rows
from store.faults import DatabaseError

if TYPE_CHECKING:
    from config.imap import ImapText
    from runtime.settings import Settings
    from store.engine import Store

channels = App(name="channels", help="The mailboxes that the desk reads at servers of others.")
app.command(channels)


@channels.command(name="list")
def list_accounts(*, json: bool = False) -> int:
    """List the IMAP accounts of the policy in force, how far each was read, and what is wrong there.

    Examples: `despacho channels list` · `despacho channels list --json`

    Parameters
    ----------
    json
        One document: a list with name, mailbox, host, folder, looked_at, trouble and the counts.
    """
    chosen = settings()
    store = wiring.open_store(chosen)
    try:
        accounts = _accounts(chosen, store)
        found = [_standing(store, account) for account in accounts]
    finally:
        store.close()
    if json:
        say_json(found)
        return OK
    if not found:
        say("No account; a table [[imap]] in channels.toml makes one (see docs/operate.md).")
        return OK
    now = datetime.now(UTC)
    lines = [
        (
            one["name"],
            one["mailbox"],
            f"{one['host']} {one['folder']}",
            str(one["accepted"] or 0),
            ago(one["looked_at"], now) if one["looked_at"] else "never",
            one["trouble"] or ("reads only" if not one["proved"] else ""),
        )
        for one in found
    ]
    say_table(("account", "mailbox", "where", "taken", "looked", "says"), lines)
    return OK


@channels.command
def check(name: str = "", *, json: bool = False) -> int:
    """Sign in to an account, or all, and say what is there and what the desk would do. Changes nothing there.

    Exit codes: 0 when every account can be read, 1 when one cannot, 2 when there is no such account.

    Examples: `despacho channels check` · `despacho channels check support`

    Parameters
    ----------
    name
        The account's name in channels.toml; without one all are checked.
    json
        One document: a list with name, good, says, and what the server said.
    """
    # Only here: whoever lists accounts needs no IMAP client.
    from runtime.imap_check import look  # noqa: PLC0415

    chosen = settings()
    store = wiring.open_store(chosen)
    try:
        accounts = _accounts(chosen, store)
        picked = [account for account in accounts if name in {"", account.name}]
        if name and not picked:
            known = ", ".join(account.name for account in accounts) or "none at all"
            message = f"there is no account {name!r}; there is {known}"
            raise Trouble(message, WRONG)
        found = [look(account, chosen, store) for account in picked]
    finally:
        store.close()
    if json:
        say_json(found)
    else:
        for one in found:
            _show(one)
    return OK if all(one["good"] for one in found) else FAILED


def _accounts(chosen: Settings, store: Store) -> tuple[ImapText, ...]:
    try:
        policy = policy_in_force(chosen, store)
    except DatabaseError:
        # A desk that never ran has no tables; what its folder says can be looked at all the same.
        policy = policy_in_force(chosen, None)
    if policy is None:
        raise Trouble("the policy has mistakes; `despacho policy check` names them", WRONG)
    return policy.imap


def _standing(store: Store, account: ImapText) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": account.name,
        "mailbox": account.mailbox,
        "host": account.host,
        "folder": account.folder,
    }
    with store.reading() as connection:
        folder = rows.current(connection, account.place_name)
        standing = next((one for one in rows.standings(connection) if one.place == account.place_name), None)
    counts = ("listed", "accepted", "known", "cut", "stuck", "gone", "old")
    found |= {count: getattr(folder, count) if folder else None for count in counts}
    return found | {
        "proved": bool(folder and folder.proved_at),
        "looked_at": standing.looked_at if standing else None,
        "trouble": standing.trouble if standing else "",
        "trouble_since": standing.trouble_since if standing else None,
    }


def _show(one: dict[str, Any]) -> None:
    say(f"{'ok' if one['good'] else 'BAD':<5} {one['name']}", "" if one["good"] else "red")
    if one["good"]:
        say_fields(
            [
                ("server", f"{one['host']}, {'IDLE' if one['idle'] else 'no IDLE: asked every poll'}"),
                ("can", ", ".join(one["capabilities"])),
                ("folder", f"{one['folder']}: {counted(one['count'], 'mail')}, next UID {one['next_uid']}"),
            ]
        )
    say(f"      {one['says']}")
