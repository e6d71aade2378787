"""What the HTTP role shows people and programs of this desk: the console and `/metrics`, behind one gate."""

from __future__ import annotations

import time
from email import message_from_bytes
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
import structlog

from console.access import Gate
from console.desk import About, Desk, Letter, Said, Sign
from console.routes import console
from ingest.mail import display
from runtime.health import signs
from runtime.health_route import whole_health
from runtime.legible import SHOWN, legible
from runtime.metrics import Metrics
from runtime.metrics_route import metrics
from runtime.show.decisions import body_of, sentences
from runtime.show.page import framed, page
from runtime.ticket_files import TicketFiles
from runtime.wiring import utc_now
from store import letter as letters
from store.engine import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar.handlers import HTTPRouteHandler
    from litestar.router import Router

    from ingest.accept import Acceptor
    from runtime.wiring import Parts
    from store.legends import TraceView
    from store.message_views import MailView

log = structlog.get_logger(__name__)


def front(parts: Parts, door: Acceptor) -> list[Router | HTTPRouteHandler]:
    """The routes of the console, of the metrics and of the desk's health as a whole."""
    settings = parts.settings
    gate = Gate(host=settings.http_host, password=settings.console_password, clock=time.monotonic)
    if not gate.open:
        log.warning("console_closed", because="it listens beyond this machine and has no console_password")
    return [
        whole_health(lambda: signs(parts, door)),
        metrics(Metrics(parts, utc_now), gate),
        *console(desk_of(parts, door), gate),
    ]


def desk_of(parts: Parts, door: Acceptor) -> Desk:
    """What the console is given of this desk."""
    return Desk(
        store=parts.store,
        now=utc_now,
        about=partial(_about, parts),
        signs=lambda: [Sign(one.name, one.well, one.says) for one in signs(parts, door)],
        decisions=_decisions,
        frame=partial(_frame, TicketFiles(parts.store, parts.files)),
        letter=_letter,
        draft=_draft,
    )


def _about(parts: Parts) -> About:
    captured = not parts.settings.relay_url
    try:
        policy = parts.rulebooks.current().policy
    except StoreError:
        return About(
            name="Despacho", zone=ZoneInfo("UTC"), agents={}, groups=(), captured=captured, version=0
        )
    return About(
        name=policy.desk.name,
        zone=ZoneInfo(policy.desk.hours.zone),
        agents={agent.id: agent.name for agent in policy.desk.agents},
        groups=tuple(group.name for group in policy.desk.groups),
        captured=captured,
        version=policy.version or 0,
    )


def _decisions(trace: TraceView) -> Sequence[Said]:
    return [Said(one.text, one.depth, one.good) for one in sentences(body_of(trace))]


def _frame(files: TicketFiles, mail: MailView) -> str:
    return page(mail, "", files).html


def _letter(wire: bytes) -> Letter:
    """A mail of ours, decoded; its HTML is made harmless like anybody's: it quotes what strangers wrote."""
    mail = legible(wire)
    known = dict(mail.headers)
    headers = tuple((name, known[name]) for name in SHOWN if known.get(name))
    html = next(
        (one for one in message_from_bytes(wire).walk() if one.get_content_type() == "text/html"), None
    )
    if html is None:
        return Letter(headers, mail.text)
    content = html.get_payload(decode=True)
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return Letter(headers, mail.text, framed(display.safe(text, lambda _content_id: None).html, ""))


def _draft(letter: str) -> Sequence[tuple[str, Any]]:
    """What is known of a mail before its bytes are made."""
    try:
        draft = letters.decode(letter)
    except msgspec.MsgspecError:
        return ()
    values = [(name, value) for name, value in draft.values.items() if isinstance(value, str | int)]
    return [("template", f"{draft.language}/{draft.template}"), ("Subject", draft.subject), *values]
