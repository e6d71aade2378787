"""The role that answers HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.readiness import checks
from runtime.roles.opening import door, open_channel
from runtime.routes import routes

if TYPE_CHECKING:
    from runtime.wiring import Parts


class HttpRole:
    """Answers HTTP."""

    def __init__(self, parts: Parts) -> None:
        """Listen; raises `ListenError` where it cannot."""
        # Only here: whoever runs another role or command pays neither time nor memory for an HTTP server.
        from ingest.http import HttpChannel, HttpSettings  # noqa: PLC0415

        settings = parts.settings
        self._door = door(parts)
        http = HttpSettings(host=settings.http_host, port=settings.http_port)
        asked = checks(parts, self._door)
        self._channel = open_channel(
            "http",
            parts,
            self._door,
            lambda: HttpChannel(http, asked, routes(parts, self._door), dead=parts.attendance.dead),
        )
        self.port = self._channel.port

    def alive(self) -> bool:
        """Whether it still answers."""
        return self._channel.alive()

    def stop(self) -> None:
        """Give the answers that are under way, then close the door."""
        self._channel.stop()
        self._door.close()
