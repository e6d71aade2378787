"""Send the demonstration's mails one after the other, and gather what became of each."""

from __future__ import annotations

import importlib.resources
import time
from datetime import UTC, datetime
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

import msgspec

from runtime import following, posting, telling
from runtime.demo import mails
from runtime.demo.reading import Read, read
from runtime.demo.steps import STEPS, Expected, Step
from runtime.following import Trail
from runtime.telling import Story
from store import fates
from store.fates import Mailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runtime.demo.private import PrivateDesk


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one mail in one mailbox, and what the desk wrote because of it."""

    step: Step
    expected: Expected
    mailbox: str
    story: Story
    duplicate: bool
    wrote: tuple[Mailed, ...] = ()


class Play:
    """One run of the demonstration; raises `runtime.demo.private.SlowDeskError` after ``seconds``."""

    def __init__(self, desk: PrivateDesk, *, seconds: float) -> None:
        self._desk = desk
        self._deadline = time.monotonic() + seconds
        self._tickets: dict[str, int] = {}
        self._dates: dict[str, str] = {}

    @property
    def tickets(self) -> dict[str, int]:
        """The number of each step's ticket, as far as it is on one."""
        return self._tickets

    def results(self) -> Iterator[Result]:
        """Send mail after mail; each is sent when all before it are dealt with."""
        for step in STEPS:
            yield from self._step(step)

    def written(self) -> Sequence[Mailed]:
        """Every mail that the desk has written so far, oldest first."""
        with self._desk.store.reading() as connection:
            return fates.sent(connection)

    def _step(self, step: Step) -> list[Result]:
        followed = self._followed(step)
        raw = self._raw(step, followed)
        recipients = tuple(_addressed(name, followed) for name in step.recipients)
        trails = {mailbox: Trail(raw, mailbox) for mailbox in map(self._mailbox, recipients)}
        known = {mailbox for mailbox, trail in trails.items() if following.known(self._desk.store, trail)}
        before = {mail.id for mail in self.written()}
        posting.post(self._desk.server, raw, sender=_addressed(step.sender, followed), recipients=recipients)
        self._desk.wait(deadline=self._deadline)
        wrote = [mail for mail in self.written() if mail.id not in before]
        results = []
        for expected, (mailbox, trail) in zip(step.expected, trails.items(), strict=True):
            story = self._story(trail)
            if story.ticket is not None:
                self._tickets.setdefault(step.name, story.ticket)
            mine = [mail for mail in wrote if len(trails) == 1 or mail.ticket == story.ticket]
            results.append(
                Result(
                    step=step,
                    expected=expected,
                    mailbox=mailbox,
                    story=story,
                    duplicate=mailbox in known,
                    wrote=tuple(mine),
                )
            )
        return results

    def _story(self, trail: Trail) -> Story:
        fate, _ = following.follow(self._desk.store, trail, timeout=0.0)
        return telling.story(fate, self._desk.policy) if fate is not None else Story(state="lost")

    def _mailbox(self, address: str) -> str:
        mailbox = self._desk.policy.mailbox(address)
        return mailbox.address if mailbox is not None else address

    def _followed(self, step: Step) -> Read | None:
        """The mail of the desk's that this step answers, as its reader sees it."""
        name, reason = step.answers
        if not name:
            return None
        ticket = self._tickets.get(name)
        mine = [mail for mail in self.written() if mail.ticket == ticket and mail.reason == reason]
        return read(mine[0]) if mine else None

    def _raw(self, step: Step, followed: Read | None) -> bytes:
        raw = importlib.resources.files(mails).joinpath(step.file).read_bytes()
        # A mail that comes once more is the same to the last byte, its date too.
        date = self._dates.setdefault(step.file, format_datetime(datetime.now(UTC)))
        places = {"DATE": date} | (self._places(followed) if followed else {})
        for place, text in places.items():
            raw = raw.replace(b"@@%s@@" % place.encode(), text.encode())
        return posting.as_sent(raw)

    def _places(self, followed: Read) -> dict[str, str]:
        agents = {agent.address: agent.name for agent in self._desk.policy.desk.agents}
        to = followed.mail.recipient
        return {
            "OUR-ID": followed.mail.message_id,
            "OUR-ADDRESS": followed.reply_to,
            "RETURN-ADDRESS": followed.mail.mail_from,
            "TICKET": str(followed.mail.ticket),
            "AGENT": formataddr((agents.get(to, ""), to)),
            "QUOTED": "\n".join(f"> {line}".rstrip() for line in followed.lines),
        }


def _addressed(name: str, followed: Read | None) -> str:
    """An envelope's address by its name in a step."""
    if followed is None:
        return name
    named = {"reply": followed.reply_to, "return": followed.mail.mail_from, "agent": followed.mail.recipient}
    return named.get(name, name)
