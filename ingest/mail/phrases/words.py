"""The kinds of phrases that a language file fills in."""

from __future__ import annotations

import msgspec


class Phrases(msgspec.Struct, frozen=True, kw_only=True):
    """Phrases of one language, in lower case.

    - ``starts`` begin a line such as "On Monday X wrote:", ``wrote`` are its verbs; ``persons`` stand beside
      such a verb only where a person tells something;
    - ``from_labels``, ``date_labels``, ``subject_labels`` and ``other_labels`` head the block that Outlook
      puts above a quote;
    - ``original`` and ``forwarded`` stand between dashes, ``sent_from`` begin a line that a telephone adds;
    - ``closings`` stand alone on the line above the sender's name;
    - ``disclaimers`` begin the paragraph that a company's mail server adds, and ``legal`` begin words of
      which it holds at least one;
    - ``away`` are whole subjects of automatic answers, which may be followed by a colon; ``away_short`` are
      such subjects that a person may well write, and count only in an answer;
    - ``undelivered`` and ``delayed`` occur in subjects of delivery reports, ``failure`` in their bodies;
    - ``daemon`` are display names of mail robots.
    """

    starts: tuple[str, ...] = ()
    wrote: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    from_labels: tuple[str, ...] = ()
    date_labels: tuple[str, ...] = ()
    other_labels: tuple[str, ...] = ()
    subject_labels: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    forwarded: tuple[str, ...] = ()
    sent_from: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    disclaimers: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    away_short: tuple[str, ...] = ()
    delayed: tuple[str, ...] = ()
    undelivered: tuple[str, ...] = ()
    failure: tuple[str, ...] = ()
    daemon: tuple[str, ...] = ()
