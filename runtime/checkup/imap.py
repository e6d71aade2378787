"""How mailboxes at servers of others fare: who is read, what is wrong there, and what ends soon."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding
from runtime.expiries import RED_DAYS, WARN_DAYS, days_left
from runtime.listing import ago, counted
from runtime.policy_in_force import policy_in_force
from store import imap as rows

if TYPE_CHECKING:
    from datetime import datetime

    from config.imap import ImapText
    from runtime.settings import Settings
    from store.engine import Store

CHECK = "imap"
QUIET = timedelta(minutes=5)
"""An account that is well says so three times a minute."""
LONG = timedelta(minutes=15)
"""What has been wrong for so long does not pass by itself."""


def look_at_imap(settings: Settings, store: Store, now: datetime) -> list[Finding]:
    """A line an account, one a secret that ends soon, and one for mails that could not be taken whole."""
    policy = policy_in_force(settings, store)
    if policy is None or not policy.imap:
        return []
    with store.reading() as connection:
        standings = {one.place: one for one in rows.standings(connection)}
        folders = [rows.current(connection, account.place_name) for account in policy.imap]
    found = [_account(account, standings.get(account.place_name), now) for account in policy.imap]
    for account, folder in zip(policy.imap, folders, strict=True):
        found += _mails(account, folder)
    left = days_left(policy.imap, settings.data, now)
    return found + [_expiry(name, days) for name, days in sorted(left.items()) if days < WARN_DAYS]


def _account(account: ImapText, standing: rows.Standing | None, now: datetime) -> Finding:
    name = account.name
    if standing is None or (standing.looked_at is None and not standing.trouble):
        says = f"{name}: nobody has looked there yet"
        return Finding(CHECK, "yellow", says, f"is the role imap running? `despacho channels check {name}`")
    if standing.trouble and standing.trouble_since is not None:
        says = f"{name}: {standing.trouble}; for {ago(standing.trouble_since, now)}"
        colour = "red" if now - standing.trouble_since > LONG else "yellow"
        advice = f"mail waits at the server; `despacho channels check {name}`"
        return Finding(CHECK, colour, says, advice)  # type: ignore[arg-type]
    if standing.looked_at is not None and now - standing.looked_at > QUIET:
        says = f"{name}: looked at last {ago(standing.looked_at, now)} ago"
        return Finding(CHECK, "yellow", says, "is the role imap running? `despacho run`")
    return Finding(CHECK, "green", f"{name}: read")


def _mails(account: ImapText, folder: rows.Folder | None) -> list[Finding]:
    if folder is None:
        return []
    found = []
    parts = folder.accepted + folder.known + folder.cut + folder.stuck + folder.gone + folder.old
    if folder.listed != parts:
        says = f"{account.name}: {folder.listed:,} mails listed, and {parts:,} accounted for"
        found.append(Finding(CHECK, "red", says, "keep a copy of the database, and report it"))
    if folder.stuck:
        says = f"{account.name}: {counted(folder.stuck, 'mail')} of which nothing could be read"
        found.append(Finding(CHECK, "red", says, f"look in {account.folder}: it lies there, unmarked"))
    if folder.cut:
        says = f"{account.name}: {counted(folder.cut, 'mail')} taken in part; whole in {account.folder}"
        found.append(Finding(CHECK, "yellow", says, "the tickets say which; `smtp_max_size` is the bound"))
    return found


def _expiry(name: str, days: float) -> Finding:
    says = f"{name}: its secret ends in {days:.0f} days" if days >= 0 else f"{name}: its secret has ended"
    advice = "make another one at the provider, and name its last day in channels.toml"
    return Finding(CHECK, "red" if days < RED_DAYS else "yellow", says, advice)
