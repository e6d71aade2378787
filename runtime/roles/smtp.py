"""The role that takes mail in by SMTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.smtp import SmtpChannel, SmtpSettings
from runtime.one_core import on_one_core
from runtime.roles.opening import STOP_SECONDS, door, mailbox_of, open_channel
from runtime.wiring import utc_now

if TYPE_CHECKING:
    from runtime.wiring import Parts


class SmtpRole:
    """Takes mail in by SMTP."""

    def __init__(self, parts: Parts) -> None:
        """Listen; raises `ListenError` where it cannot."""
        settings = parts.settings
        smtp = SmtpSettings(
            host=settings.smtp_host,
            port=settings.smtp_port,
            hostname=settings.hostname,
            max_size=settings.smtp_max_size,
            certificate=settings.tls_certificate,
            key=settings.tls_key,
            certificate_folder=settings.data / "tls",
        )
        with on_one_core():
            self._door = door(parts)
            self._channel = open_channel(
                "smtp",
                parts,
                self._door,
                lambda: SmtpChannel(smtp, self._door, lambda name: mailbox_of(parts, name), clock=utc_now),
            )
        self.port = self._channel.port

    def alive(self) -> bool:
        """Whether it still takes mail."""
        return self._channel.alive()

    def stop(self) -> None:
        """Let mails that are under way come in, then close the door."""
        self._channel.stop(STOP_SECONDS)
        self._door.close()
