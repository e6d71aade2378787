"""``despacho log``: write down a contact that was no mail: a call, a visit, a letter, a fax."""

from __future__ import annotations

import sys
import time
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING

from ingest.by_hand import How  # noqa: TC001 - cyclopts reads the annotations
from runtime.cli import FAILED, OK, Trouble, app, out, settings
from runtime.given_text import text_from
from runtime.listing import say, say_json
from runtime.named_mailbox import policy_of
from runtime.open_desk import open_desk
from runtime.own_door import own_door
from runtime.writing_down import Entry, delivery_of
from store import fates

if TYPE_CHECKING:
    from config.types import Policy
    from store.engine import Store
    from store.records import ContactRecord

LOOK_SECONDS = 0.05


@app.command(name="log")
def log_contact(
    how: How | None = None,
    *,
    who: str = "",
    phone: str = "",
    subject: str = "",
    text: str | None = None,
    file: Path | None = None,
    language: str = "",
    group: str = "",
    mailbox: str = "",
    at: str = "",
    attach: list[Path] | None = None,
    agent: str = "",
    key: str = "",
    silent: bool = False,
    timeout: float = 5.0,
    json: bool = False,
) -> int:
    """Write down a call, a visit, a letter or a fax: it becomes a ticket of whoever called.

    Called bare on a terminal it asks. It comes in by the same door as mail, is routed by the same rules, and
    the caller is acknowledged by mail where there is an address. With a --key the same call again, after a
    crash too, makes nothing new.

    Exit codes: 0 written down, now or before, 1 could not be, 2 wrong call.

    Examples: `despacho log` ·
    `despacho log phone --who "Kari Nordmann <kari@customer.example>" --subject
    "Fakturaen er feil" --text "Hun ringte om faktura 118." --agent ana` ·
    `despacho log letter --who "Ola Dahl" --subject Klage --attach scan.pdf --at 2026-11-27 --key no-118`

    Parameters
    ----------
    how
        phone, walk-in, letter, fax or other.
    who
        An address, a name, or a name and an address in angle brackets.
    phone
        The number to call back, where there is no address.
    subject
        What it is about, in a line.
    text
        What was said; without it --file, or, without a subject too, what comes through a pipe.
    file
        A file with the text, in UTF-8.
    language
        The caller's: en, es or nb. By default that of the text.
    group
        The group it goes to, unless a rule says otherwise. By default the mailbox's.
    mailbox
        The desk's mailbox it belongs to. By default the first.
    at
        When it happened, such as 2026-11-27 or 2026-11-27T14:30+01:00. By default now.
    attach
        A file that belongs to it, such as a scanned letter. May be given several times.
    agent
        The id of the agent who writes it down. By default DESPACHO_AGENT.
    key
        A name of your own for this contact: the same key is the same contact, for ever.
    silent
        Do not acknowledge it.
    timeout
        For how many seconds to wait for its ticket.
    json
        Print one JSON object.
    """
    entry = Entry(
        how=how or "",
        who=who,
        phone=phone,
        subject=subject,
        language=language,
        group=group,
        mailbox=mailbox,
        at=at,
        attach=tuple(attach or ()),
        agent=agent,
        key=key,
        acknowledge=not silent,
    )
    with open_desk(settings()) as store:
        policy = policy_of(store)
        if how is None and not who and not subject and sys.stdin.isatty():
            _ask(entry, policy)
        elif text is not None or file is not None or not (subject or sys.stdin.isatty()):
            entry.text = text_from(text, file)
        return _keep(entry, policy, store, timeout=timeout, json=json)


def _ask(entry: Entry, policy: Policy) -> None:
    """Fill in the entry at a terminal; an empty answer leaves the default."""
    entry.how = _answer("How did it come? (phone, walk-in, letter, fax, other)", "phone")
    entry.who = _answer("Who? Name <address>, or a name alone")
    if "@" not in entry.who:
        entry.phone = _answer("Phone number, if there is one")
    entry.subject = _answer("What is it about, in a line?")
    say("What was said? End with an empty line.", style="bold")
    lines: list[str] = []
    while line := _answer("", prompt="> "):
        lines.append(line)
    entry.text = "\n".join(lines)
    if len(policy.desk.mailboxes) > 1:
        boxes = [one.address for one in policy.desk.mailboxes]
        entry.mailbox = _answer(f"Which mailbox? ({', '.join(boxes)})", boxes[0])
    entry.at = _answer("When? Empty for now, else like 2026-11-27T14:30+01:00")


def _answer(question: str, default: str = "", prompt: str = "") -> str:
    if question:
        say(question, style="bold")
    try:
        return out.input(prompt or (f"[{default}] > " if default else "> "), markup=False).strip() or default
    except EOFError:
        if prompt:
            return ""
        raise Trouble("Nothing was written down.") from None


def _keep(entry: Entry, policy: Policy, store: Store, *, timeout: float, json: bool) -> int:
    chosen = settings()
    delivery = delivery_of(entry, policy, chosen)
    with own_door(chosen, store) as door:
        why_not = door.refusal()
        if why_not is not None:
            raise Trouble(f"Nothing can be taken now: {why_not}. `despacho doctor` says more.", FAILED)
        receipt = door.submit(delivery).result()
    contact = receipt.contacts[0]
    progress = _followed(store, contact, timeout)
    known = {
        "contact": contact,
        "known_before": receipt.duplicate,
        "ticket": progress.ticket,
        "state": progress.state,
    }
    if json:
        say_json(known)
        return OK
    before = "was written down before" if receipt.duplicate else "is written down"
    if progress.ticket is not None:
        say(f"It {before}: ticket #{progress.ticket}. See: despacho tickets show {progress.ticket}")
    else:
        say(f"It {before} as contact {contact}; its ticket opens as soon as the desk runs: despacho run")
    return OK


def _followed(store: Store, contact: int, timeout: float) -> ContactRecord:
    """The contact once a worker has settled it, or as it is when the time is over."""
    deadline = time.monotonic() + timeout
    while True:
        with store.reading() as connection:
            found = fates.by_number(connection, contact)
        if found.state != "new" or time.monotonic() >= deadline:
            return found
        time.sleep(LOOK_SECONDS)
