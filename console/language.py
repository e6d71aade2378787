"""The words of the console in the reader's language, and numbers and times as that language writes them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_decimal

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

LANGUAGES: Final = ("en", "es", "nb")
"""What the console speaks; the first is the one for everybody else."""
_SAME: Final = {"no": "nb", "nn": "nb"}
_LOCALES: Final = {"en": "en_GB", "es": "es", "nb": "nb"}
_LONGEST: Final = 500
"""Characters of the header that are looked at."""
_MOST: Final = 20


def chosen(accept: str) -> str:
    """The best language for an Accept-Language header (RFC 9110 section 12.5.4)."""
    wanted: list[tuple[float, int, str]] = []
    for place, item in enumerate(accept[:_LONGEST].split(",")[:_MOST]):
        tag, _, weight = item.strip().lower().partition(";")
        primary = tag.partition("-")[0].strip()
        language = _SAME.get(primary, primary)
        quality = _quality(weight)
        if language in LANGUAGES and quality > 0:
            wanted.append((-quality, place, language))
    return min(wanted)[2] if wanted else LANGUAGES[0]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


@cache
def words(language: str) -> dict[str, str]:
    """Every word of a language, by its key; a value of the desk's own has the key ``kind.value``."""
    path = Path(__file__).parent / "words" / f"{language}.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{table}.{key}": text for table, inside in tables.items() for key, text in inside.items()}


class Speech:
    """One language in one zone: what templates call."""

    def __init__(self, language: str, zone: ZoneInfo, now: datetime) -> None:
        self.language = language
        self._words = words(language)
        self._locale = Locale.parse(_LOCALES[language])
        self._zone = zone
        self._now = now

    def say(self, key: str, **values: object) -> str:
        """The words of a key with values in them."""
        return self._words[key].format(**values)

    def name(self, kind: str, value: object) -> str:
        """What people call a value of the desk's own; one that is unknown here is shown as it is."""
        return self._words.get(f"{kind}.{value}", str(value))

    def number(self, value: float) -> str:
        """A number with the language's separators."""
        return format_decimal(value, locale=self._locale)

    def time(self, moment: datetime | None) -> str:
        """A time to the minute in the desk's zone; an empty text for none."""
        if moment is None:
            return ""
        return format_datetime(moment, "d MMM y, HH:mm", tzinfo=self._zone, locale=self._locale)

    def ago(self, moment: datetime | None) -> str:
        """How long since, roughly; an empty text for none."""
        if moment is None:
            return ""
        return format_timedelta(self._now - moment, threshold=0.95, locale=self._locale)

    def stamp(self, moment: datetime) -> str:
        """A time for machines, as an HTML ``time`` element has it."""
        return moment.isoformat(timespec="seconds")
