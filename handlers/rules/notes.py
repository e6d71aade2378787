"""What is noted while rules are asked: a number for each, and what was seen where they did not match."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.rules.compiled import Asked
    from handlers.rules.facts import Facts
    from handlers.rules.legend import Saw, Verdict


class Notes:
    """The verdicts on one event's rules, in their order. What was seen is looked up as late as can be.

    That is before a rule that matches changes it, and at the end: one field keeps many rules from matching.
    """

    def __init__(self, facts: Facts) -> None:
        """``facts`` are those that the rules look at, and change."""
        self.verdicts: list[Verdict] = []
        self._facts = facts
        self._failed: list[Asked] = []
        self._since = 0
        self._seen: dict[str, str] = {}
        self._saw: Saw = []

    def failed(self, asked: Asked | list[Asked]) -> None:
        """A rule does not match because of this condition, or of these, one for each alternative."""
        if isinstance(asked, list):
            self.verdicts.append([one.number for one in asked])
            self._failed += asked
        else:
            self.verdicts.append(asked.number)
            self._failed.append(asked)

    def change(self, facts: Facts) -> Facts:
        """What rules see is about to change: from the next rule on they look at these facts."""
        self.all_seen()
        self._facts = facts
        self._since = len(self.verdicts)
        return facts

    def all_seen(self) -> Saw:
        """What was seen so far."""
        shown, known = self._facts.shown, self._seen
        fields = dict.fromkeys([asked.field for asked in self._failed])
        fresh = {field: shown[field] for field in fields if known.get(field) != shown[field]}
        if fresh:
            self._saw.append((self._since, fresh))
            known.update(fresh)
        self._failed.clear()
        return self._saw
