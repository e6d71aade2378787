"""Whether the servers answer that a desk lives with: the broker, its own SMTP port, the relay."""

from __future__ import annotations

import smtplib
import socket
from typing import TYPE_CHECKING

from runtime.bell import Bell
from runtime.checkup.finding import Finding
from runtime.delivery import said
from runtime.relay_url import parse_relay
from runtime.smtp_line import RelayRefusedError, open_line

if TYPE_CHECKING:
    from runtime.settings import Settings

SECONDS = 3.0
"""How long each server may take."""
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound here
_LONGEST = 512


def look_at_broker(settings: Settings) -> list[Finding]:
    """The doorbell; without it workers find their work by themselves, a second later."""
    check, shown = "broker", settings.shown()["broker_url"]
    if settings.broker_url.startswith("memory:"):
        return [Finding(check, "green", "none: one process rings for itself")]
    bell = Bell(settings.broker_url, timeout=SECONDS)
    try:
        state = bell.check()
    finally:
        bell.close(SECONDS)
    if state.up:
        return [Finding(check, "green", f"{shown} answers")]
    says = f"{shown} does not answer ({state.last_error}); nothing is lost, workers look once a second"
    return [
        Finding(
            check,
            "yellow",
            says,
            "start the broker, or mend DESPACHO_BROKER_URL; the desk comes back by itself",
        )
    ]


def look_at_smtp(settings: Settings) -> list[Finding]:
    """The door for mail: a running desk greets with 220 (RFC 5321 section 3.1)."""
    check, where = "mail in", f"{settings.smtp_host}:{settings.smtp_port}"
    if not settings.smtp_port:
        return [Finding(check, "green", "any free port is taken at start, so nothing was looked at")]
    try:
        greeting = _greeting(_EVERYWHERE.get(settings.smtp_host, settings.smtp_host), settings.smtp_port)
    except OSError as error:
        says = f"nobody takes mail at {where} ({error.strerror or type(error).__name__})"
        return [Finding(check, "yellow", says, "`despacho run` starts the desk")]
    if greeting.startswith("220"):
        return [Finding(check, "green", f"{where} greets with 220")]
    if greeting.startswith(("4", "5")):
        says = f"{where} takes no mail just now: {greeting}"
        return [
            Finding(check, "yellow", says, "look at disk and work below; senders come again by themselves")
        ]
    says = f"something that is no mail server answers at {where}"
    return [Finding(check, "red", says, "give the desk another port with DESPACHO_SMTP_PORT")]


def look_at_relay(settings: Settings) -> list[Finding]:
    """Where mail goes out: connect, greet, encrypt and sign in as the sender does, and leave."""
    check = "mail out"
    if not settings.relay_url:
        says = "captured: mail is kept and sent to nobody"
        return [Finding(check, "green", says, "set DESPACHO_RELAY_URL to send it")]
    address = parse_relay(settings.relay_url)
    where = f"{address.host}:{address.port}"
    try:
        line = open_line(address, helo=settings.hostname, connect_seconds=SECONDS, step_seconds=SECONDS)
        line.quit()
    except RelayRefusedError as error:
        says = f"the relay {where} will not have us ({said(error.code, error.answer)})"
        return [Finding(check, "red", says, "look at the relay's log and at DESPACHO_RELAY_URL; mail waits")]
    except (OSError, smtplib.SMTPException) as error:
        says = f"the relay {where} does not answer ({type(error).__name__})"
        return [Finding(check, "red", says, "start the relay, or mend DESPACHO_RELAY_URL; mail waits")]
    return [Finding(check, "green", f"the relay {where} answers")]


def _greeting(host: str, port: int) -> str:
    """The first line that a server says; a polite leave is taken after it."""
    with socket.create_connection((host, port), SECONDS) as line:
        said = b""
        while b"\n" not in said and len(said) < _LONGEST:
            piece = line.recv(_LONGEST)
            if not piece:
                break
            said += piece
        line.sendall(b"QUIT\r\n")
    return said.partition(b"\r")[0].decode("ascii", "replace")
