"""From what somebody says of a call, a visit or a letter to what the door takes; all mistakes at once."""

from __future__ import annotations

import mimetypes
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from config.address import is_address
from config.mistakes import listed, near
from events.message import Envelope, Terms
from ingest.accept import Delivery
from ingest.by_hand import WAYS, File, Written, composed
from runtime.cli import FAILED, WRONG, Trouble
from runtime.named_mailbox import mailbox_named
from runtime.wiring import utc_now

if TYPE_CHECKING:
    from config.types import Policy
    from runtime.settings import Settings


class Entry(msgspec.Struct, kw_only=True):
    """What somebody writes down, as it was said on the line or typed; empty where nothing was."""

    how: str = ""
    who: str = ""
    phone: str = ""
    subject: str = ""
    text: str = ""
    language: str = ""
    group: str = ""
    mailbox: str = ""
    at: str = ""
    attach: tuple[Path, ...] = ()
    agent: str = ""
    key: str = ""
    acknowledge: bool = True


def delivery_of(entry: Entry, policy: Policy, chosen: Settings) -> Delivery:
    """What is handed to the door; raises `Trouble` with everything that is wrong."""
    name, address = _person(entry.who)
    now = utc_now()
    at = _moment(entry.at, now)
    agent = entry.agent or chosen.agent
    wrong = _wrong(entry, policy, address=address, agent=agent, at=at, now=now)
    if wrong:
        raise Trouble("\n".join(wrong), WRONG)
    mailbox = mailbox_named(policy, entry.mailbox or policy.desk.mailboxes[0].address)
    key = f"log:{entry.key or secrets.token_hex(16)}"
    raw = composed(
        Written(
            key=key,
            mailbox=mailbox,
            at=at or now,
            address=address,
            name=name,
            phone=entry.phone,
            subject=entry.subject or entry.text.partition("\n")[0][:100],
            text=entry.text,
            files=tuple(map(_file, entry.attach)),
        )
    )
    if len(raw) > chosen.smtp_max_size:
        raise Trouble(f"It is larger than {chosen.smtp_max_size // 1024**2} MiB with its files.", WRONG)
    terms = Terms(by=agent, group=entry.group, language=entry.language, acknowledge=entry.acknowledge)
    return Delivery(
        channel=entry.how,
        mailboxes=(mailbox,),
        envelope=Envelope(mail_from=address, recipients=(mailbox,), terms=terms),
        received_at=at or now,
        raw=raw,
        size=len(raw),
        source_key=key,
    )


def _person(who: str) -> tuple[str, str]:
    """Name and address of ``Kari <kari@customer.example>``, of an address, or of a name."""
    name, mark, rest = who.strip().partition("<")
    if mark:
        return name.strip(' "'), rest.rstrip("> ").lower()
    return ("", name.lower()) if "@" in name else (name, "")


def _wrong(
    entry: Entry, policy: Policy, *, address: str, agent: str, at: datetime | None, now: datetime
) -> list[str]:
    """All that is wrong with what was said, a line each."""
    ids = [one.id for one in policy.desk.agents]
    groups = [one.name for one in policy.desk.groups]
    checks = (
        (entry.how not in WAYS, f"How did it come? Say one of {listed(WAYS)}."),
        (not (entry.who or entry.phone), "Who was it? Say --who or --phone."),
        (bool(address) and not is_address(address), f"{address!r} is no mail address."),
        (bool(address) and policy.is_staff(address), f"{address} is the desk's own, and no caller's."),
        (not entry.subject and not entry.text, "What is it about? Say --subject or --text."),
        (not agent, f"Who writes it down? Say --agent with one of {listed(ids)}."),
        (bool(agent) and agent not in ids, _unknown("agent", agent, ids)),
        (bool(entry.group) and entry.group not in groups, _unknown("group", entry.group, groups)),
        (
            bool(entry.language) and entry.language not in policy.desk.languages,
            _unknown("language", entry.language, list(policy.desk.languages)),
        ),
        (bool(entry.at) and at is None, f"{entry.at!r} is no moment like 2026-11-27T14:30+01:00."),
        (at is not None and at > now, f"{entry.at} is still to come."),
    )
    return [what for holds, what in checks if holds]


def _unknown(what: str, name: str, known: list[str]) -> str:
    meant = near(name, known)
    hint = f" Did you mean {meant!r}?" if meant else ""
    return f"There is no {what} {name!r}; there are {listed(known)}.{hint}"


def _moment(text: str, now: datetime) -> datetime | None:
    """The moment in UTC; without a zone it is this machine's."""
    if not text:
        return now
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _file(path: Path) -> File:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}", FAILED) from None
    return File(path.name, content, mimetypes.guess_type(path.name)[0] or "application/octet-stream")
