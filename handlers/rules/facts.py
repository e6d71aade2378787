"""What is known when rules run: one value a field, found when a rule first asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from handlers.rules.fields import FOLLOWING, field_named
from handlers.rules.kinds import Fact, Type
from handlers.rules.patterns import encode
from handlers.rules.seen import RequesterView, Seen, TicketView
from handlers.rules.show import show
from handlers.rules.words import Words, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from events.message import Message

_QUOTED = frozenset({Type.TEXT, Type.TEXTS})

T = TypeVar("T")


class View(dict[str, T]):
    """What is seen of each field in one way: made when it is first asked for, then only looked up."""

    def __init__(self, make: Callable[[str], T], known: Mapping[str, T] | None = None) -> None:
        super().__init__(known or {})
        self._make = make

    def __missing__(self, name: str) -> T:
        """Make it."""
        value = self[name] = self._make(name)
        return value


class Facts:
    """Values by field name. Looking at a long text costs, so each view of it is made once, when asked for.

    ``raw`` are the values as they came. ``folded`` are they as words are compared (`words.fold`), no text at
    all being ``None``; ``words`` are the folded texts, ready for many words to be looked for; ``encoded`` are
    the texts as patterns see them (`patterns.encode`); ``shown`` are the values for people, on one line and
    cut where they are long, texts in quotes. ``views`` are those that conditions look at, by name.
    """

    __slots__ = ("_given", "_seen", "encoded", "folded", "raw", "shown", "views", "words")

    def __init__(self, values: Mapping[str, Any], seen: Seen | None = None) -> None:
        """What is not among ``values`` is looked for in ``seen``, where there is one."""
        self._seen = seen
        self._given = frozenset(values)
        self.raw: View[Fact] = View(self._find, values)
        self.folded: View[Fact] = View(lambda name: _folded(self.raw[name]))
        self.words: View[tuple[Words, ...]] = View(self._words_of)
        self.encoded: View[tuple[bytes, ...]] = View(self._encoded_of)
        self.shown: View[str] = View(self._shown_of)
        self.views: dict[str, View[Any]] = {
            "folded": self.folded,
            "words": self.words,
            "encoded": self.encoded,
        }

    def copy(self) -> Facts:
        """The same facts, which may be changed by themselves; what has been looked at already is kept."""
        other = Facts(self.raw, self._seen)
        other._given = self._given
        for mine, its in zip(self._views(), other._views(), strict=True):
            its.update(mine)
        return other

    def change(self, changes: Mapping[str, Fact]) -> None:
        """Gives fields new values."""
        for name, value in changes.items():
            if self.raw[name] == value:
                continue
            self._forget(name)
            self.raw[name] = value
            following = FOLLOWING.get(name, ())
            if following and self._seen is not None:
                self._seen = self._seen.changed(name, str(value or ""))
                for one in following:
                    if one not in self._given:
                        self._forget(one)

    def _forget(self, name: str) -> None:
        for view in self._views():
            view.pop(name, None)

    def _views(self) -> tuple[View[Any], ...]:
        return self.raw, self.folded, self.words, self.encoded, self.shown

    def _find(self, name: str) -> Fact:
        field = field_named(name) if self._seen is not None else None
        return field.of(self._seen) if field is not None else None

    def _words_of(self, name: str) -> tuple[Words, ...]:
        return tuple(Words(text) for text in _texts(self.folded[name]))

    def _encoded_of(self, name: str) -> tuple[bytes, ...]:
        return tuple(encode(text) for text in _texts(self.raw[name]))

    def _shown_of(self, name: str) -> str:
        field = field_named(name)
        return show(self.raw[name], quoted=field is not None and field.type in _QUOTED)


def _texts(value: Fact) -> Iterator[str]:
    several = value if isinstance(value, tuple) else (value,)
    return (text for text in several if isinstance(text, str))


def _folded(value: Fact) -> Fact:
    if isinstance(value, str):
        return fold(value) or None
    if isinstance(value, tuple):
        return tuple(fold(one) for one in value) or None
    return value


def facts_of(message: Message | None, ticket: TicketView, requester: RequesterView) -> Facts:
    """The facts of a ticket and of the message that is being looked at, where there is one."""
    return Facts({}, Seen(message, ticket, requester))
