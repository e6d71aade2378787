"""Take what tells who somebody is out of a text: for drafts of articles, which people read and finish.

It errs on the side of a mark too many: a draft with a hole is mended in a minute, a name in a public article
is not. Marks such as ``[name]`` stand where something stood. It finds forms and known names, and cannot find
a name that nobody has told it: whoever publishes reads once more.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.mail import ending
from runtime.scrub import MASK, scrubbed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LONGEST = 20_000
"""Characters of one text; what is longer is no solution that somebody wrote down."""
_SHORTEST_NAME = 3
_SIGNED_OFF = 3
"""Words of a line that may be a name alone."""
_LUHN_LEAST, _LUHN_MOST, _PHONE_MOST = 13, 19, 15

_URL = re.compile(r"\bhttps?://[^\s<>\"']{1,2000}|\bwww\.[^\s<>\"']{1,2000}", re.IGNORECASE)
_TOKEN = re.compile(r"(?=[^/]*\d)[\w.~%=+-]{16,}")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b")
_NETWORK = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}\s?[-/]\s?\d{4}")
_DIGITS = re.compile(r"(?<![\w.,:-])(?:\+|00)?\(?\d(?:[ \u00a0().-]{0,2}\d){5,30}(?![\w])")
_NAMED_NUMBER = re.compile(
    r"\b((?:order|invoice|customer|account|booking|reservation|ticket|serial|reference|policy|member|case|rma"
    r"|pedido|factura|cliente|cuenta|reserva|referencia|serie|contrato|socio"
    r"|ordre|bestilling|faktura|kunde|konto|sak|serie|referanse|medlem|avtale)"
    r"(?:nummer|nr|s)?\.?(?:\s(?:number|no|nr|num|n[uú]mero|n[º°]|de))?\.?\s?[:#]?\s?#?)"
    r"([A-Z0-9][A-Z0-9/-]{0,30}\d[A-Z0-9/-]{0,30}|\d{2,31})\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![\w/-])(?!0x)(?=[A-Z0-9/-]{0,40}\d{4})(?=[A-Z0-9/-]{0,40}[A-Z])[A-Z0-9]{1,40}(?:[/-][A-Z0-9]{1,40}){1,9}\b"
)
_TICKET = re.compile(r"\[?#\d{1,18}\]?")
_STREET = re.compile(
    r"\b(?:calle|c/|avenida|avda\.?|plaza|paseo|camino)\s?(?:de(?:l| la)?\s)?[^\W\d_][\w'\u2019-]{1,30}"
    r"(?:\s[^\W\d_][\w'\u2019-]{1,30}){0,3},?\s(?:n[º°]\s?)?\d{1,4}[A-Za-z]?\b"
    r"|\b[A-ZÆØÅ][\wæøå-]{1,30}(?:gata|gaten|gate|veien|vegen|vei|plass)\s\d{1,4}[A-Za-z]?\b"
    r"|\b\d{1,5}\s(?:[A-Z][\w'\u2019-]{1,30}\s){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|square)\b\.?",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,5}){2,3}")
_PLACE = re.compile(r"\b(?!(?:19|20)\d\d\s)\d{4,5}\s[A-ZÆØÅÁÉÍÓÚÑ][^\W\d_]{2,30}\b")
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hola|buen[oa]s(?: d[ií]as| tardes| noches)?"
    r"|estimad[oa]s?|querid[oa]s?|hei|hallo|heisann|kjære|god (?:morgen|dag|kveld))"
    r"(?:(?:\s[^\s,!:.?]{1,40}){0,5}\s?[,!:]|(?:\s[^\s,!:.?]{1,40}){0,2}\.?)\s*",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


class Impersonal:
    """Takes persons out of texts, and counts what it took out by kind, never by value."""

    def __init__(self, names: Iterable[str]) -> None:
        """``names`` are whatever the people of a ticket are called, addresses among them."""
        self.removed: Counter[str] = Counter()
        self._names = _patterns(names)

    def text(self, text: str) -> str:
        """A text without greeting, signature, and what tells who somebody is."""
        return self.line(self._without_ends(text[:LONGEST]))

    def line(self, text: str) -> str:
        """A text as `text` leaves it, with its first and last lines as they are."""
        text = text[:LONGEST]
        text = self._sub(_URL, "link", text, _link)
        before, text = text, scrubbed(text)
        self.removed["secret"] += text.count(MASK) - before.count(MASK)
        text = self._sub(_MAIL, "mail address", text, lambda _: "[mail address]")
        text = self._sub(_STREET, "address", text, lambda _: "[address]")
        text = self._sub(_IBAN, "account number", text, _iban)
        text = self._sub(_NAMED_NUMBER, "number", text, lambda found: f"{found[1]}[number]")
        text = self._sub(_TICKET, "number", text, lambda _: "[number]")
        text = self._sub(_CODE, "number", text, _code)
        text = self._digits(text)
        text = self._sub(_NETWORK, "network address", text, lambda _: "[network address]")
        text = self._sub(_PLACE, "address", text, lambda _: "[address]")
        return self._without_names(text)

    def said(self) -> str:
        """What was taken out, in words: ``2 names, 1 link``; ``nothing``."""
        kinds = [(kind, number) for kind, number in sorted(self.removed.items()) if number]
        words = (f"{number} {kind if number == 1 else _many(kind)}" for kind, number in kinds)
        return ", ".join(words) or "nothing"

    def _without_ends(self, text: str) -> str:
        found = _SIGNATURE.search(text)
        above = text[: found.start()] if found else text
        lines = above.strip().splitlines()
        kept = ending.without(lines) if lines else []
        self.removed["signature"] += int(found is not None or len(kept) < len(lines))
        if len(kept) > 1 and _GREETING.fullmatch(kept[0]):
            self.removed["greeting"] += 1
            kept = kept[1:]
        return "\n".join(kept).strip()

    def _sub(
        self, pattern: re.Pattern[str], kind: str, text: str, put: Callable[[re.Match[str]], str]
    ) -> str:
        def taken(found: re.Match[str]) -> str:
            instead = put(found)
            self.removed[kind] += instead != found[0]
            return instead

        return pattern.sub(taken, text)

    def _digits(self, text: str) -> str:
        def taken(found: re.Match[str]) -> str:
            kind = _kind_of(found[0])
            if not kind:
                return found[0]
            self.removed[kind] += 1
            return f"[{kind}]"

        return _DIGITS.sub(taken, text)

    def _without_names(self, text: str) -> str:
        if self._names is None:
            return text
        whole, alone = self._names
        lines = [
            self._sub(alone, "name", line, _name)
            if len(line.split()) <= _SIGNED_OFF
            else self._sub(whole, "name", line, _name)
            for line in text.split("\n")
        ]
        return "\n".join(lines)


def _patterns(names: Iterable[str]) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """What finds names in a sentence, and what finds them on a line that may be a name alone.

    In a sentence a part of a name counts only where it is written as one: a Mark is not every mark.
    """
    full = {" ".join(name.split()) for name in names if len(name.strip()) >= _SHORTEST_NAME}
    parts = {part for name in full for part in re.findall(r"[^\W\d_]+", name) if len(part) >= _SHORTEST_NAME}
    if not parts:
        return None
    written = {form for part in parts for form in (part.capitalize(), part.upper(), part)} - {
        part for part in parts if part.islower()
    }
    inside = [f"(?i:{re.escape(name)})" for name in _longest_first(full)]
    inside += [re.escape(form) for form in _longest_first(written)]
    anyhow = [re.escape(name) for name in _longest_first(full | parts)]
    return (
        re.compile(rf"(?<!\w)(?:{'|'.join(inside)})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{'|'.join(anyhow)})(?!\w)", re.IGNORECASE),
    )


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def _name(_: re.Match[str]) -> str:
    return "[name]"


def _link(found: re.Match[str]) -> str:
    """A link as far as it is the same for everybody: no query, no fragment, no user, no token in its path."""
    written = found[0]
    ended = written.rstrip(".,;:!?)")
    bare = not ended.lower().startswith("http")
    try:
        parts = urlsplit(f"https://{ended}" if bare else ended)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "[link]"
    steps = parts.path.split("/")
    kept = [step for step in steps if not _TOKEN.fullmatch(step) and not step.isdecimal()]
    plain = f"{host}{'/'.join(kept)}" if bare else f"{parts.scheme}://{host}{'/'.join(kept)}"
    cut = kept != steps or parts.query or parts.fragment or "@" in parts.netloc
    return (f"{plain} [link]" if cut else ended) + written[len(ended) :]


def _iban(found: re.Match[str]) -> str:
    """Also where its check digits are wrong: a slip makes it no less somebody's."""
    return "[account number]" if any(one.isdigit() for one in found[0][4:]) else found[0]


def _code(found: re.Match[str]) -> str:
    return found[0] if _DAY.fullmatch(found[0]) else "[number]"


def _kind_of(written: str) -> str:
    """What a run of digits is; empty for days and versions of programs, which tell of nobody."""
    bare = written.strip(" ().-")
    in_pairs = {len(group) for group in bare.split(".")} == {2}
    if _DAY.fullmatch(bare) or (_VERSION.fullmatch(bare) and not in_pairs):
        return ""
    digits = re.sub(r"\D", "", written)
    if _LUHN_LEAST <= len(digits) <= _LUHN_MOST and _is_card(digits):
        return "card number"
    spaced = digits != written
    return "telephone number" if spaced and len(digits) <= _PHONE_MOST else "number"


def _is_card(digits: str) -> bool:
    """Whether the last digit is what Luhn's algorithm asks for."""
    doubled = [int(one) * 2 if at % 2 else int(one) for at, one in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0  # noqa: PLR2004 - digits


def _many(kind: str) -> str:
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"
