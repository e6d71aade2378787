"""Keeps shifts in step with the calendars they come from; one that cannot be read changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from config.duties import is_calendar_url
from config.secret import Secret
from runtime.secret_text import NoSecretError, secret_text
from runtime.shift_calendars.contained import NoTimesError, times_in
from runtime.shift_calendars.source import bytes_of
from store import shift_calendars
from store.faults import is_outage
from store.shift_calendars import Ask

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection
    from datetime import datetime
    from pathlib import Path

    from config.duty import Shift
    from config.types import Policy
    from store.engine import Store
    from store.shift_calendars import State

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
"""How often the policy is looked at for a new calendar, and the clock for one that is due."""
EVERY_URL, EVERY_FILE = timedelta(minutes=15), timedelta(minutes=1)
"""How often a calendar is read again."""
AGAIN = timedelta(minutes=2)
"""When one is read again that could not be; also how long reading one may take."""
BEFORE, AHEAD = timedelta(days=2), timedelta(days=400)
"""Which times are kept, seen from now: as far ahead as the next shift is ever looked for."""


class Keeper:
    """One process's calendars; any number of processes may run one, each reads what it took first."""

    def __init__(
        self,
        store: Store,
        policy: Callable[[], Policy],
        *,
        folder: Path,
        allowed: Collection[str],
        now: Callable[[], datetime],
    ) -> None:
        """``folder`` is the policy's; ``allowed`` are hosts to ask although they are inside; one clock."""
        self._store = store
        self._policy = policy
        self._folder = folder
        self._allowed = frozenset(one.lower() for one in allowed)
        self._now = now

    def run(self, stop: threading.Event) -> None:
        """Look every `LOOK_SECONDS` until ``stop`` is set; a database that is away is waited for."""
        while not stop.wait(LOOK_SECONDS):
            try:
                self.look(stop.is_set)
            except Exception as error:
                # Shifts would grow old without it: whatever it was, the next look may go well.
                log.warning("shift_calendars_wait", error=type(error).__name__, exc_info=not is_outage(error))

    def look(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Read what is due, unless ``stopped``; gives back how many calendars that was."""
        wanted = [one for one in self._policy().desk.shifts if one.ics]
        if not wanted:
            return 0
        with self._store.reading() as connection:
            known = shift_calendars.states(connection)
        count = 0
        for shift in wanted:
            if not stopped() and self._is_taken(shift, known.get(shift.name)):
                self._read(shift)
                count += 1
        return count

    def _is_taken(self, shift: Shift, seen: State | None) -> bool:
        """Whether a calendar is due, or new, or another than before, and nobody else reads it."""
        now, ask = self._now(), ask_of(shift)
        if seen is not None and seen.asked == ask.asked and seen.due_at > now:
            return False
        with self._store.writing() as connection:
            return shift_calendars.claim(connection, ask, seen, now + AGAIN)

    def _read(self, shift: Shift) -> None:
        now, ask = self._now(), ask_of(shift)
        try:
            place = _place(shift)
            data = bytes_of(place, self._folder, self._allowed)
            # From midnight to midnight, so that the same calendar gives the same times all day long.
            today = now.replace(hour=0, minute=0, second=0, microsecond=0)
            times = times_in(data, shift.zone, today - BEFORE, today + AHEAD)
        except NoTimesError as error:
            with self._store.writing() as connection:
                shift_calendars.fail(connection, ask, str(error), now=now, due_at=now + AGAIN)
            log.warning("shift_calendar_unread", shift=shift.name, why=str(error))
            return
        due_at = now + (EVERY_URL if "://" in place else EVERY_FILE)
        with self._store.writing() as connection:
            changed = shift_calendars.keep(connection, ask, times, now=now, due_at=due_at)
        if changed:
            log.info("shift_calendar_read", shift=shift.name, times=len(times))


def _place(shift: Shift) -> str:
    """The path or the URL; raises `NoTimesError` where a secret holds none."""
    secret = Secret(env=shift.secret_env, file=shift.secret_file)
    if not secret.env and not secret.file:
        return shift.ics
    try:
        url = secret_text(secret)
    except NoSecretError as error:
        raise NoTimesError(str(error)) from None
    if not is_calendar_url(url):
        raise NoTimesError(f"{shift.ics} is no https URL")
    return url


def ask_of(shift: Shift) -> Ask:
    """What is asked for: another place, or another zone, is another calendar."""
    return Ask(shift.name, f"{shift.zone} {shift.ics}")
