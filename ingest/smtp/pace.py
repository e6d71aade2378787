"""Whether a sender in DATA is fast enough to be worth a session: a judgement over times and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.smtp.settings import SmtpSettings


class Pace:
    """The pace of one message; ``now`` is monotonic seconds, ``octets`` what the connection has received."""

    def __init__(self, settings: SmtpSettings, *, now: float, octets: int) -> None:
        self._settings = settings
        self._began = self._heard_at = now
        self._before = self._heard = octets

    def too_slow(self, *, now: float, octets: int) -> bool:
        """Whether the message takes too long in all, comes below the least rate, or has stopped coming."""
        settings = self._settings
        if octets != self._heard:
            self._heard_at, self._heard = now, octets
        took = now - self._began
        below_rate = (
            took > settings.rate_grace and octets - self._before < took * settings.min_bytes_per_second
        )
        return below_rate or took > settings.data_seconds or now - self._heard_at >= settings.idle_seconds
