"""What is known when rules run: one value a field, found when a rule first asks for it."""

from __future__ import annotations

from functools import partial
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
        self.make = make

    def __missing__(self, name: str) -> T:
        """Make it."""
        value = self[name] = self.make(name)
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
        # A view knows the one that it is made of, and not the facts it belongs to: a cycle would keep them
        # all, and the whole batch behind them, until the garbage collector comes by.
        self.raw: View[Fact] = View(partial(_find, seen), values)
        self.folded: View[Fact] = View(partial(_folded, self.raw))
        self.words: View[tuple[Words, ...]] = View(partial(_words, self.folded))
        self.encoded: View[tuple[bytes, ...]] = View(partial(_encoded, self.raw))
        self.shown: View[str] = View(partial(_shown, self.raw))
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
                self.raw.make = partial(_find, self._seen)
                for one in following:
                    if one not in self._given:
                        self._forget(one)

    def _forget(self, name: str) -> None:
        for view in self._views():
            view.pop(name, None)

    def _views(self) -> tuple[View[Any], ...]:
        return self.raw, self.folded, self.words, self.encoded, self.shown


def _find(seen: Seen | None, name: str) -> Fact:
    field = field_named(name) if seen is not None else None
    return field.of(seen) if field is not None else None


def _folded(raw: View[Fact], name: str) -> Fact:
    value = raw[name]
    if isinstance(value, str):
        return fold(value) or None
    if isinstance(value, tuple):
        return tuple(fold(one) for one in value) or None
    return value


def _words(folded: View[Fact], name: str) -> tuple[Words, ...]:
    return tuple(Words(text) for text in _texts(folded[name]))


def _encoded(raw: View[Fact], name: str) -> tuple[bytes, ...]:
    return tuple(encode(text) for text in _texts(raw[name]))


def _shown(raw: View[Fact], name: str) -> str:
    field = field_named(name)
    return show(raw[name], quoted=field is not None and field.type in _QUOTED)


def _texts(value: Fact) -> Iterator[str]:
    several = value if isinstance(value, tuple) else (value,)
    return (text for text in several if isinstance(text, str))


def facts_of(message: Message | None, ticket: TicketView, requester: RequesterView) -> Facts:
    """The facts of a ticket and of the message that is being looked at, where there is one."""
    return Facts({}, Seen(message, ticket, requester))
