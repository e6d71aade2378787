"""``despacho send``: mail the running desk as a customer would, and tell what became of it in three lines."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from runtime import following, posting, sample_mail, telling, wiring
from runtime.cli import FAILED, OK, WRONG, Trouble, app, err, out, settings
from runtime.listing import one_line, say_json
from runtime.posting import NoDeskError, RefusedError, Server
from runtime.rulebooks import Rulebooks
from runtime.sample_mail import Customer
from store import schema

if TYPE_CHECKING:
    from config.types import Policy
    from runtime.settings import Settings
    from runtime.telling import Story
    from store.engine import Store

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not listened on


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What the call asks for; empty values are filled in."""

    subject: str = ""
    language: str = ""
    sender: str = ""
    to: str = ""
    body: str = ""
    file: Path | None = None


@app.command
def send(
    subject: str | None = None,
    *,
    lang: Literal["en", "es", "nb"] | None = None,
    sender: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    body: str | None = None,
    file: Path | None = None,
    server: str | None = None,
    timeout: float = 10.0,
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False,
) -> int:
    """Mail the running desk, wait until it is handled, and tell what became of the mail.

    Examples: `despacho send "My invoice is wrong"` · `despacho send "Pedido 4711" --lang es` ·
    `despacho send --file mail.eml --to billing@acme.example --json`

    Ends with 0 when the mail was handled, 1 when it was not, 2 when the call is wrong.

    Parameters
    ----------
    subject
        What the mail is about.
    lang
        The language of the body, and of the customer who writes: en, es or nb. By default the subject's.
    sender
        Who writes: an address, or a name and an address in angle brackets.
    to
        The mailbox. By default the policy's first.
    body
        The text. By default a few sentences that suit the subject.
    file
        A mail as it is (.eml) in place of subject and body.
    server
        Where the desk takes mail, host:port. By default as the settings say.
    timeout
        For how many seconds to wait until the mail is handled.
    json
        Print one JSON object.
    """
    if bool(subject) == bool(file):
        raise Trouble('Give either a subject, as in: despacho send "My invoice is wrong", or --file', WRONG)
    letter = Letter(
        subject=subject or "",
        language=lang or "",
        sender=sender or "",
        to=to or "",
        body=body or "",
        file=file,
    )
    chosen = settings()
    place = _server(server, chosen)
    try:
        posting.greet(place)
        store = _open(chosen, place)
        try:
            return _send(letter, place, store, timeout=timeout, json=json)
        finally:
            store.close()
    except NoDeskError as error:
        raise Trouble(f"No desk answers at {place}. Start one with: despacho run") from error


def _server(given: str | None, chosen: Settings) -> Server:
    if not given:
        return Server(_EVERYWHERE.get(chosen.smtp_host, chosen.smtp_host), chosen.smtp_port)
    host, _, port = given.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 2**16:
        raise Trouble(f"--server {given} is no host:port, such as 127.0.0.1:2525", WRONG)
    return Server(host.strip("[]"), int(port))


def _open(chosen: Settings, place: Server) -> Store:
    """The desk's database, which must be there: looking must not make an empty one."""
    file = chosen.database_url.removeprefix("sqlite:///").partition("?")[0]
    if chosen.database_url.startswith("sqlite:") and not Path(file).is_file():
        raise Trouble(
            f"A desk answers at {place}, but its database is not {chosen.shown()['database_url']}.\n"
            "Call this in the desk's own folder, or with its settings."
        )
    store = wiring.open_store(chosen)
    schema.check(store)
    return store


def _send(letter: Letter, place: Server, store: Store, *, timeout: float, json: bool) -> int:
    rulebooks = Rulebooks(store)
    rulebooks.refresh()
    policy = rulebooks.current().policy
    to = letter.to or policy.desk.mailboxes[0].address
    sender, raw = _written(letter, to)
    mailbox = policy.mailbox(to)
    trail = following.Trail(raw, mailbox.address if mailbox else to)
    again = following.known(store, trail)
    try:
        posting.post(place, raw, sender=sender, recipients=(to,))
    except RefusedError as error:
        raise Trouble(_refusal(error, to, policy)) from error
    fate, done = following.follow(store, trail, timeout=timeout)
    if fate is None:
        raise Trouble(
            f"The desk at {place} took the mail, but it is not in the database of these settings.\n"
            "Call this with the desk's own settings."
        )
    told = telling.story(fate, policy)
    if json:
        say_json(_as_json(told, again=again, done=done))
    else:
        _print(told, again=again)
    if not done:
        err.print(
            f"Not everything was done within {timeout:g} s; the mail is kept. See: despacho doctor",
            style="yellow",
        )
    return OK if done and told.state != "dead" else FAILED


def _written(letter: Letter, to: str) -> tuple[str, bytes]:
    """The envelope's sender and the mail's bytes."""
    if letter.file is not None:
        try:
            raw = posting.as_sent(letter.file.read_bytes())
        except OSError as error:
            raise Trouble(f"{letter.file} cannot be read: {error.strerror}", WRONG) from error
        return letter.sender or parseaddr(str(message_from_bytes(raw)["From"] or ""))[1], raw
    language = letter.language or sample_mail.language_of(letter.subject)
    customer = sample_mail.CUSTOMERS[language]
    if letter.sender:
        name, address = parseaddr(letter.sender)
        customer = Customer(name, address)
    body = letter.body or sample_mail.body_for(letter.subject, language, customer.name)
    try:
        raw = sample_mail.mail(customer, to, subject=letter.subject, body=body, now=datetime.now(UTC))
    except (ValueError, IndexError) as error:
        raise Trouble("An address or the subject cannot be written into a mail.", WRONG) from error
    return customer.address, posting.as_sent(raw)


def _refusal(error: RefusedError, to: str, policy: Policy) -> str:
    if not error.no_such_mailbox:
        return f"The desk did not take the mail: {error}"
    lines = [f"The desk has no mailbox {to}. It has:"]
    for mailbox in policy.desk.mailboxes:
        also = f" (also {', '.join(mailbox.aliases)})" if mailbox.aliases else ""
        lines.append(f"  {mailbox.address}{also}")
    return "\n".join(lines)


def _print(told: Story, *, again: bool) -> None:
    """Three lines: the ticket, the agent and why, the acknowledgement or why not."""
    grid = Table.grid(padding=(0, 2))
    grid.add_row("Ticket", Text(one_line(telling.ticket_line(told, again=again))))
    grid.add_row("Agent", Text(one_line(telling.agent_line(told))))
    grid.add_row("Acknowledgement", Text(one_line(telling.acknowledgement_line(told))))
    out.print(grid)


def _as_json(told: Story, *, again: bool, done: bool) -> dict[str, object]:
    return {
        "became": told.state,
        "threaded_by": told.threaded_by,
        "lost": told.lost,
        "reason": told.reason,
        "known_before": again,
        "done": done,
        "ticket": None
        if told.ticket is None
        else {
            "number": told.ticket,
            "subject": told.subject,
            "status": told.status,
            "priority": told.priority,
            "language": told.language,
            "group": told.group,
            "rules": told.rules,
        },
        "agent": {"id": told.agent, "name": told.agent_name, "because": told.assigned_because}
        if told.agent
        else None,
        "acknowledgement": msgspec.to_builtins(told.acknowledgement),
        "unacknowledged_because": told.unacknowledged,
    }
