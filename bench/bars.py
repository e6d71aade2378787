"""The ratios that are promised, each with its bar: one side's median over the other's, of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.rounds import Series


class Bar(msgspec.Struct, frozen=True):
    """``over`` divided by ``under`` (names of sides) is to be at least ``least``; 0: told, not judged."""

    what: str
    over: str
    under: str
    least: float


BARS = (
    Bar("accept, SQLite ÷ aiosmtpd null, persistent", "accept sqlite persistent", "null persistent", 1.8),
    Bar("accept, SQLite ÷ aiosmtpd null, connection each", "accept sqlite each", "null each", 1.0),
    Bar("accept, SQLite ÷ Postfix, persistent", "accept sqlite persistent", "postfix persistent", 1.8),
    Bar("accept, SQLite ÷ Postfix, connection each", "accept sqlite each", "postfix each", 0.8),
    Bar(
        "accept, SQLite ÷ the least that keeps mail, persistent",
        "accept sqlite persistent",
        "least persistent",
        0,
    ),
    Bar("accept, SQLite ÷ the least that keeps mail, connection each", "accept sqlite each", "least each", 0),
    Bar(
        "accept, PostgreSQL ÷ aiosmtpd null, persistent", "accept postgresql persistent", "null persistent", 0
    ),
    Bar("accept, PostgreSQL ÷ aiosmtpd null, connection each", "accept postgresql each", "null each", 0),
    Bar("accept, PostgreSQL ÷ Postfix, persistent", "accept postgresql persistent", "postfix persistent", 0),
    Bar("accept, PostgreSQL ÷ Postfix, connection each", "accept postgresql each", "postfix each", 0),
    Bar(
        "end to end, SQLite ÷ django-helpdesk on SQLite, as shipped",
        "200 mails sqlite",
        "200 mails helpdesk sqlite",
        15,
    ),
    Bar(
        "end to end, SQLite ÷ django-helpdesk on SQLite, sends nothing",
        "200 mails sqlite",
        "200 mails helpdesk sqlite mute",
        15,
    ),
    Bar(
        "end to end, PostgreSQL + RabbitMQ ÷ django-helpdesk on PostgreSQL, as shipped",
        "200 mails postgresql",
        "200 mails helpdesk postgresql",
        15,
    ),
    Bar(
        "end to end, PostgreSQL + RabbitMQ ÷ django-helpdesk on PostgreSQL, sends nothing",
        "200 mails postgresql",
        "200 mails helpdesk postgresql mute",
        15,
    ),
    Bar(
        "end to end, PostgreSQL + RabbitMQ ÷ django-helpdesk on SQLite, as shipped",
        "200 mails postgresql",
        "200 mails helpdesk sqlite",
        0,
    ),
    Bar(
        "end to end, PostgreSQL + RabbitMQ, two workers ÷ django-helpdesk on PostgreSQL, as shipped",
        "200 mails postgresql, two workers",
        "200 mails helpdesk postgresql",
        0,
    ),
    Bar("end to end, SQLite ÷ aiosmtpd null, persistent", "end to end sqlite", "null beside", 0.35),
    Bar("the same, sender too", "end to end sqlite, sent", "null beside", 0),
    Bar(
        "end to end, PostgreSQL + RabbitMQ ÷ aiosmtpd null, persistent",
        "end to end postgresql",
        "null beside",
        0.25,
    ),
    Bar(
        "the same, two workers",
        "end to end postgresql, two workers",
        "null beside",
        0,
    ),
    Bar("2 workers ÷ 1, PostgreSQL + RabbitMQ, intake idle", "2 workers", "1 worker", 1.5),
)


class Ratio(msgspec.Struct, frozen=True):
    """A measured ratio and what is said of it: ok, below, told (no bar) or not measured."""

    what: str
    over: str
    under: str
    bar: float
    value: float | None
    verdict: str


def judge(figures: Mapping[str, Series]) -> list[Ratio]:
    """Every promised ratio, also those that could not be measured here."""
    return [_ratio(bar, figures) for bar in BARS]


def _ratio(bar: Bar, figures: Mapping[str, Series]) -> Ratio:
    value = None
    if bar.over in figures and bar.under in figures:
        value = figures[bar.over].median / figures[bar.under].median
    return Ratio(bar.what, bar.over, bar.under, bar.least, value, _verdict(bar.least, value))


def _verdict(least: float, value: float | None) -> str:
    if value is None:
        return "not measured"
    if not least:
        return "told"
    return "ok" if value >= least else "below"
