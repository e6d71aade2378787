"""A desk on which a person has said planted words in every way, and a search for them in all it keeps."""

from __future__ import annotations

import base64
import functools
import os
import smtplib
import subprocess
import time
from contextlib import contextmanager
from email.message import EmailMessage
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.engine import make_url

from runtime import roles, wiring
from runtime.cli import settings as settings_here
from store import counts, deadletters, outbox, tables, work
from tests.runtime.eventually import eventually
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.wiring import Parts

KARI, PER = "kari@customer.example", "per@customer.example"
WORDS = {
    "subject": "zebrasubject",
    "body": "quaggabody",
    "quoted-printable": "ibexprintable",
    "html": "gaurhtml",
    "attachment": "okapiattachment",
    "file name": "tapirfilename",
    "display name": "onagername",
    "shared": "nyalashared",
    "set aside": "kuduaside",
    "dead letter": "elanddead",
    "address": "kari@customer.example",
}
"""What Kari said and where; each is found nowhere else."""
KEPT = "wildebeest"
"""What Per said on his own ticket, which stays."""
SUPPORT = "support@acme.example"


def forms(word: str) -> set[bytes]:
    """A word as it may be stored: plain, in base64 at each of its three places, all that in hexadecimal."""
    plain = word.encode()
    found = {plain.lower()}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain + b"\0" * 3)
        found.add(coded[shift + 1 : (shift + len(plain)) * 4 // 3 - 1])
    return found | {one.hex().encode() for one in found}


def hits(url: str, folder: Path, *logs: Path) -> dict[str, list[str]]:
    """Where each planted word still stands: in files of the data folder, in a dump, in logs."""
    places = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    places |= {str(path): path.read_bytes() for path in logs}
    if url.startswith("postgresql"):
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        places["dump"] = subprocess.run(
            ["pg_dump", "--inserts", plain],  # noqa: S607 - wherever it is
            capture_output=True,
            check=True,
            timeout=200,
        ).stdout
    found: dict[str, list[str]] = {}
    for what, word in WORDS.items():
        named = [
            place
            for place, content in places.items()
            if any(form in content or form in content.lower() for form in forms(word))
        ]
        if named:
            found[what] = named
    return found


@contextmanager
def running_desk() -> Iterator[Parts]:
    """A whole desk in threads of this process, on the settings of the environment."""
    own = settings_here()
    store = wiring.open_store(own)
    wiring.prepare(own, store)
    parts = wiring.connect(own, store)
    try:
        parts.pulse.start()
        running = roles.start(parts, ["timekeeper", "sender", "worker", "smtp"])
        try:
            Planting.port = running["smtp"].port  # type: ignore[attr-defined]
            yield parts
        finally:
            roles.stop(running)
    finally:
        parts.close()


class Planting:
    """Kari's, Per's and the agents' mails to a running desk."""

    port = 0

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def everything(self) -> None:
        """Plant every word in every place."""
        self.post(big_mail(), KARI, SUPPORT)
        # The same mail by another way: known already, with bytes that no row names.
        other = b"Received: from another.example; Mon, 30 Nov 2026 10:00:00 +0000\r\n"
        self.post(other + big_mail(), KARI, SUPPORT)
        quoted = f"On Monday {WORDS['display name']} wrote:\n> please look at the {WORDS['body']} of mine\n"
        self.reply(1, PER, f"I agree.\n\n{quoted}")
        self.as_agent(1, f"We look at it: the {WORDS['body']}.\n\n{quoted}")
        self.post(plain_mail(PER, "Another matter", f"My {KEPT} does not run.", cc=KARI), PER, SUPPORT)
        said = f"Mine neither, and the {WORDS['shared']} is broken too."
        self.reply(2, KARI, said)
        self.as_agent(2, f"Both are looked at.\n\nThey wrote:\n> {said}")
        away = plain_mail(KARI, "Away", f"I am away with {WORDS['set aside']}.")
        self.post(b"Auto-Submitted: auto-replied\r\n" + away, KARI, SUPPORT)
        self.digest()
        self.dead_letter()
        for _, path in self.parts.files.every():
            # Bytes that are three minutes old are on their way to nowhere.
            os.utime(self.parts.files.folder / path, (time.time() - 600,) * 2)
        spooled = self.parts.files.spool / "leftover"
        spooled.write_bytes(big_mail()[:90_000])
        os.utime(spooled, (time.time() - 3_600,) * 2)

    def post(self, raw: bytes, sender: str, to: str) -> None:
        """Hand a mail in by SMTP, and wait until the desk has done all that follows."""
        with smtplib.SMTP(HOST, self.port, timeout=60) as line:
            line.sendmail(sender, [to], raw)
        self.wait()

    def wait(self) -> None:
        """Nothing waits any more, neither work nor mail."""
        assert eventually(self._done, within=120)

    def _done(self) -> bool:
        with self.parts.store.reading() as connection:
            return not counts.undone(connection) and not outbox.backlog(connection).count

    def reply(self, ticket: int, sender: str, text: str, agent: str = "") -> None:
        """Answer to a ticket's signed address."""
        tag = self.parts.keyring.reply_tag(ticket, agent)
        raw = plain_mail(sender, "Re: your mail", text)
        self.post(raw, sender, SUPPORT.replace("@", f"+{tag}@"))

    def as_agent(self, ticket: int, text: str) -> None:
        """Answer as the ticket's agent."""
        with self.parts.store.reading() as connection:
            row = connection.execute(select(tables.tickets).where(tables.tickets.c.id == ticket)).one()
        agent = self.parts.rulebooks.current().policy.agent(row.agent)
        assert agent is not None
        self.reply(ticket, agent.address, text, agent.id)

    def digest(self) -> None:
        """Make an agent's digest of notifications about both tickets."""
        store, outgoing, timers = self.parts.store, tables.outgoing, tables.timers
        with store.writing() as connection:
            connection.execute(
                update(outgoing).where(outgoing.c.reason == "assigned").values(state="digest", bytes=None)
            )
            agent = connection.execute(
                select(outgoing.c.recipient).where(outgoing.c.state == "digest", outgoing.c.ticket == 1)
            ).scalar_one()
            name = agent.partition("@")[0]
            row = {"ticket": 2, "which": f"digest:{name}", "level": 1, "due_at": wiring.utc_now()}
            connection.execute(timers.insert().values(row))
        with store.reading() as connection:
            made = select(func.count()).select_from(outgoing).where(outgoing.c.reason == "digest")
            before = connection.execute(made).scalar_one()
        assert before == 0
        assert eventually(lambda: self._digests() == 1, within=60)
        self.wait()

    def _digests(self) -> int:
        with self.parts.store.reading() as connection:
            made = select(func.count()).select_from(tables.outgoing)
            return connection.execute(made.where(tables.outgoing.c.reason == "digest")).scalar_one()

    def dead_letter(self) -> None:
        """Give up an event of Kari's ticket, in words of hers."""
        with self.parts.store.writing() as connection:
            events = tables.events
            name = connection.execute(select(events.c.id).where(events.c.name == "TicketOpened")).scalars()
            row = work.Work(
                id=0, event=min(name), name="TicketOpened", handler=None, stream="", attempts=8, deaths=0
            )
            now = wiring.utc_now()
            deadletters.write(
                connection, row, now=now, reason="tried-out", detail=f"no {WORDS['dead letter']}"
            )
            # It was played again since, or the doctor would ask for somebody.
            connection.execute(update(tables.dead_letters).values(replayed_at=now))
            deadletters.note(connection, row, now=now, what="failed", detail=f"no {WORDS['dead letter']}")


def plain_mail(sender: str, subject: str, text: str, cc: str = "") -> bytes:
    """A small mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, SUPPORT, subject
    if cc:
        message["Cc"] = cc
    message["Message-ID"] = f"<{abs(hash((sender, text)))}@customer.example>"
    message.set_content(text)
    return message.as_bytes()


@functools.cache
def big_mail() -> bytes:
    """Kari's first mail, large enough for a file, with a word in each of its parts."""
    message = EmailMessage()
    message["From"] = f"Kari {WORDS['display name']} <{KARI}>"
    message["To"], message["Cc"], message["Subject"] = SUPPORT, PER, f"About {WORDS['subject']}"
    message["Message-ID"] = "<first@customer.example>"
    message["Date"] = "Mon, 30 Nov 2026 09:00:00 +0000"
    text = f"Hi, please look at the {WORDS['body']} of mine: {WORDS['quoted-printable']} is broken — æøå.\n"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(f"<p>{text}</p><p>{WORDS['html']}</p>", subtype="html", cte="base64")
    content = f"{WORDS['attachment']} " * 5_000
    message.add_attachment(content.encode(), "text", "plain", filename=f"{WORDS['file name']}.txt")
    return message.as_bytes()
