"""What the IMAP drill does, of what it is made, and what its figures have to be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

BACK_SECONDS, CPU_SHARE = 60.0, 0.05
CHANNELS = """
[[imap]]
name = "support"
mailbox = "support@acme.example"
host = "127.0.0.1"
port = {port}
security = "none"
user = "{user}"
poll = "30s"
[imap.oauth]
provider = "other"
client_id = "{client}"
client_secret = {{ env = "DRILL_SECRET" }}
refresh_token = {{ env = "DRILL_REFRESH" }}
token_url = "{token_url}"
"""


@dataclass(frozen=True)
class Plan:
    """How much of what: mails, kills of sessions or the server, losses of numbers; long faults in seconds."""

    mails: int = 2000
    kills: int = 50
    resets: int = 5
    hole: float = 90.0
    down: float = 40.0
    token: float = 30.0
    desk_kills: int = 2


SMALL = Plan(mails=120, kills=4, resets=1, hole=6.0, down=6.0, desk_kills=0)
"""For every change; the whole is for now and then."""


@dataclass
class Report:
    """What came of it; ``back`` are the seconds until a mail that came after a fault was the desk's."""

    seed: int
    mails: int = 0
    lost: int = 0
    duplicates: int = 0
    tickets: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    back: list[float] = field(default_factory=list)
    cpu_while_down: float = 0.0
    tokens: int = 0
    generations: int = 0
    undrained: bool = False
    seconds: float = 0.0

    def wrong(self) -> list[str]:
        """What misses its bar, in words."""
        found = [f"{getattr(self, name)} {name}" for name in ("lost", "duplicates") if getattr(self, name)]
        if self.undrained or self.tickets != self.mails:
            found.append(f"{self.tickets} tickets of {self.mails} mails")
        if max(self.back, default=0.0) > BACK_SECONDS:
            found.append(f"back after {max(self.back):.0f} s")
        if self.cpu_while_down > CPU_SHARE:
            found.append(f"{self.cpu_while_down:.1%} of a core while the server was down")
        return found


def mail_of(number: int) -> bytes:
    """A person's mail with this number."""
    return (
        f"From: Person {number} <person{number}@customer{number}.example>\r\nTo: support@acme.example\r\n"
        f"Subject: Question {number}\r\nMessage-ID: <{number}@drill.example>\r\n\r\n"
        f"Please help with {number}.\r\n"
    ).encode()
