"""What an SMTP sink shall do to a mail, written into the recipient's address: a test reads as a table.

    <what>[x<times>][-after-dot][+<anything>]@domain

`what` is a reply code (`451`, `552`), `hang` (no answer at all), `drop` (the connection is cut) or `slow`
(a late answer). It happens at RCPT or, with `-after-dot`, when the whole mail is there; `x2` means only the
first two times for this address. So `451x2+a@x.example` is accepted at the third try, and
`drop-after-dot@x.example` takes the mail and leaves its sender in doubt. Any other address is accepted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_SCRIPT = re.compile(
    r"(?P<what>[45]\d\d|hang|drop|slow)(?:x(?P<times>\d+))?(?P<late>-after-dot)?(?:\+.*)?", re.IGNORECASE
)


@dataclass(frozen=True)
class Instruction:
    """One address's script: what to do, at the dot or at RCPT, and how often (None: always)."""

    what: str
    after_dot: bool
    times: int | None


def instruction(address: str) -> Instruction | None:
    """The script in `address`, None for an address that is simply accepted."""
    found = _SCRIPT.fullmatch(address.rpartition("@")[0])
    if found is None:
        return None
    times = found["times"]
    return Instruction(found["what"].lower(), bool(found["late"]), None if times is None else int(times))


class Script:
    """Remembers how often each address was tried."""

    def __init__(self) -> None:
        self._tries: Counter[str] = Counter()

    def act(self, address: str, *, after_dot: bool) -> str:
        """What to do now with `address`: a code, `hang`, `drop`, `slow` or `accept`; each call is a try."""
        found = instruction(address)
        if found is None or found.after_dot is not after_dot:
            return "accept"
        self._tries[address] += 1
        over = found.times is not None and self._tries[address] > found.times
        return "accept" if over else found.what
