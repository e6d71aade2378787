"""The judge: a pure function of what was seen outside and what the desk's database says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.drills.snapshot import Snapshot

Lines = list[dict[str, Any]]
_AGENTS = "@acme.example"


@dataclass(frozen=True)
class Report:
    """What became of everything; `faults` says which numbers have to be nothing.

    ``lost`` mails were answered with 250 and led to nothing; ``recovered`` ones were kept though nobody heard
    so. ``unanswered`` are tickets without their acknowledgement, ``vanished`` mails that the desk takes
    for sent and the relay never had. ``dead_letters`` are none, because no mail of a drill is deadly.
    ``extra_copies`` may be as many as `bound`, see there.
    """

    mails: int = 0
    recovered: int = 0
    lost: int = 0
    refused: int = 0
    unsettled: int = 0
    duplicate_tickets: int = 0
    duplicate_entries: int = 0
    duplicate_escalations: int = 0
    duplicate_acknowledgements: int = 0
    unexpected: int = 0
    unanswered: int = 0
    vanished: int = 0
    undrained: int = 0
    extra_copies: int = 0
    bound: int = 0
    dead_letters: int = 0
    integrity: tuple[str, ...] = field(default=())
    examples: tuple[str, ...] = field(default=())

    def faults(self) -> list[str]:
        """What is red, in words."""
        zero = (
            "lost",
            "refused",
            "unsettled",
            "duplicate_tickets",
            "duplicate_entries",
            "duplicate_escalations",
            "duplicate_acknowledgements",
            "unexpected",
            "unanswered",
            "vanished",
            "dead_letters",
            "undrained",
        )
        found = [f"{getattr(self, name)} {name.replace('_', ' ')}" for name in zero if getattr(self, name)]
        if self.extra_copies > self.bound:
            found.append(f"{self.extra_copies} extra copies, {self.bound} allowed")
        found += [f"integrity: {one}" for one in self.integrity]
        return found + [f"e.g. {one}" for one in self.examples] if found else []


@dataclass(frozen=True)
class Seen:
    """What the ledgers say: of the mails that went in, and of the copies that came out."""

    inbox: Lines
    relay: Lines
    bound: int = 0

    @property
    def invoked(self) -> dict[int, dict[str, Any]]:
        """The first try of each mail."""
        first: dict[int, dict[str, Any]] = {}
        for line in self.inbox:
            if line["what"] == "invoke":
                first.setdefault(line["mail"], line)
        return first

    def ended(self, *how: str) -> set[int]:
        """The mails that came to one of these ends: ok, refused, gone."""
        return {line["mail"] for line in self.inbox if line["what"] in how}


def check_now(seen: Seen, desk: Snapshot) -> Report:
    """What must hold at every moment, by a ledger that is older than the snapshot."""
    invoked = seen.invoked
    acknowledged = seen.ended("ok")
    return Report(
        mails=len(acknowledged),
        lost=sum(invoked[mail]["digest"] not in desk.contacts for mail in acknowledged),
        refused=len(seen.ended("refused")),
        duplicate_tickets=_surplus(desk.tickets.values())
        + sum(len(each) - 1 for each in desk.contacts.values()),
        duplicate_entries=_surplus(desk.entries),
        duplicate_escalations=_surplus(desk.escalations),
        duplicate_acknowledgements=_acknowledged_again(seen.relay),
        dead_letters=len(desk.dead_letters),
        examples=_examples(seen.relay, desk),
    )


def check(seen: Seen, desk: Snapshot, *, drained: bool, integrity: Sequence[str] = ()) -> Report:
    """What must hold at the end, when everything is done; ``seen`` may be newer than nothing of ``desk``."""
    now = check_now(seen, desk)
    invoked = seen.invoked
    with_ticket = {digest for digest, tickets in desk.contacts.items() if any(tickets)}
    acknowledged = seen.ended("ok")
    digests = {line["digest"] for line in invoked.values()}
    silent = {line["digest"] for mail, line in invoked.items() if mail not in acknowledged}
    copies = Counter((line["id"], line["to"]) for line in seen.relay if line["what"] == "kept")
    return Report(
        **{
            **now.__dict__,
            "lost": sum(invoked[mail]["digest"] not in with_ticket for mail in acknowledged),
            "recovered": len(silent & with_ticket),
            "unsettled": len(invoked.keys() - seen.ended("ok", "refused", "gone")),
            "unexpected": len(desk.contacts.keys() - digests),
            "unanswered": _unanswered(seen.relay, desk),
            "vanished": sum(
                mail.state == "sent" and not copies[mail.message_id, mail.recipient] for mail in desk.outgoing
            ),
            "undrained": 0 if drained else max(1, desk.undone),
            "extra_copies": sum(copies.values()) - len(copies),
            "bound": seen.bound,
            "integrity": tuple(integrity),
        }
    )


def _examples(relay: Lines, desk: Snapshot) -> tuple[str, ...]:
    """Some of the people of whom something is there twice."""
    twice = [f"two tickets of {who}" for who, count in Counter(desk.tickets.values()).items() if count > 1]
    answered = Counter(to for to, _ in _different(relay))
    twice += [f"two mails to {who}" for who, count in answered.items() if count > 1]
    return tuple(twice[:4])


def _different(relay: Lines) -> set[tuple[str, str]]:
    """The different mails that went to people who write in, each with its recipient."""
    return {
        (line["to"], line["id"])
        for line in relay
        if line["what"] == "kept" and not line["to"].endswith(_AGENTS)
    }


def _surplus(things: Iterable[object]) -> int:
    """How many there are beyond one of each."""
    counted = Counter(things)
    return sum(counted.values()) - len(counted)


def _acknowledged_again(relay: Lines) -> int:
    """Mails to people who write in that are more than one each, copies of the same mail not counted."""
    return _surplus(to for to, _ in _different(relay))


def _unanswered(relay: Lines, desk: Snapshot) -> int:
    """Tickets without exactly one acknowledgement that was sent, or refused for good by the relay."""
    refused = {line["to"] for line in relay if line["what"] == "fault" and line["fault"].startswith("55")}
    answered = Counter(
        mail.ticket
        for mail in desk.outgoing
        if mail.reason == "acknowledged"
        and (mail.state == "sent" or (mail.state == "failed" and mail.recipient in refused))
    )
    return sum(answered[ticket] != 1 for ticket in desk.tickets)
