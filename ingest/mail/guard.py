"""The bounds of reading a mail, and the meter that keeps them.

Nothing real is refused: where a bound is reached, reading goes on with what was read so far, and the message
carries a defect that begins with ``guard:``. Loops over a stranger's bytes are linear or draw on the meter.
"""

from __future__ import annotations

from typing import Final

HEADER_SCAN: Final = 1024 * 1024
"""Bytes in which the end of a header block is looked for, field by field."""
HEADER_BLOCK: Final = 256 * 1024
"""Bytes of fields kept from one header block."""
HEADER_COUNT: Final = 1000
"""Fields kept from one header block."""
HEADER_LENGTH: Final = 16 * 1024
"""Bytes of one field that are ever decoded."""
PARTS: Final = 1000
"""Parts of one mail, multiparts counted."""
DEPTH: Final = 50
"""Multiparts within multiparts."""
FALSE_BOUNDARIES: Final = 20_000
"""Lines that begin like a boundary and are none."""
TEXT: Final = 256 * 1024
"""Characters of text kept."""
HTML: Final = 1024 * 1024
"""Characters of HTML kept, and parsed."""
DEFECTS: Final = 50
"""Defects kept."""
RECIPIENTS: Final = 200
"""Addresses read from one field."""


class Meter:
    """What one mail has used up, and the defects that were noted on the way."""

    def __init__(self) -> None:
        self.parts = 0
        self.false_boundaries = 0
        self._defects: dict[str, None] = {}

    def note(self, defect: str) -> None:
        """Keep a defect once; those beyond `DEFECTS` are dropped."""
        if len(self._defects) < DEFECTS:
            self._defects[defect] = None

    @property
    def defects(self) -> tuple[str, ...]:
        """The defects in the order in which they were noted."""
        return tuple(self._defects)

    def may_open_part(self, depth: int) -> bool:
        """Count one more part; false, with a defect, where the mail has too many or they nest too deep."""
        self.parts += 1
        if self.parts > PARTS:
            self.note("guard: too many parts")
        elif depth > DEPTH:
            self.note("guard: parts nest too deep")
        else:
            return True
        return False

    def may_look_on(self) -> bool:
        """Count one line that only looked like a boundary; false, with a defect, when there were too many."""
        self.false_boundaries += 1
        if self.false_boundaries <= FALSE_BOUNDARIES:
            return True
        self.note("guard: too many lines like boundaries")
        return False
