"""When somebody is there, as a policy says it: a week of hours in a zone, holidays, dates of their own."""

from __future__ import annotations

import msgspec


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar: an IANA zone and, by day (``mon`` to ``sun``), spans like ``09:00-17:00``.

    A day that is not in ``week`` is closed; a span ends at ``24:00`` at the latest; a day's are in order.
    ``holidays`` close the public holidays of countries and regions, ``ES`` or ``ES-MD`` (ISO 3166). ``dates``
    have hours of their own, none where they are closed, and come before both: by day, ``2026-12-24`` or, in
    every year, ``12-24``. ``name`` is empty for the desk's own, ``[hours]``.
    """

    name: str = ""
    zone: str = "UTC"
    week: dict[str, tuple[str, ...]] = {}
    holidays: tuple[str, ...] = ()
    dates: dict[str, tuple[str, ...]] = {}
