"""Alerts as Prometheus' Alertmanager tells them (its webhook format, version 4), and Grafana after it.

One request is one group of alerts. Its thread is the group: while any of it fires there is one ticket.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from events.message import Address, Kind
from ingest.hooks import note

if TYPE_CHECKING:
    from events.message import Message
    from ingest.mail import Context

MOST_SHOWN = 20
"""Alerts of a group that are written out; how many more there are is said."""
_LONGEST = 2000
_SUMMARIES = ("summary", "description", "message")
_UNSAID = frozenset({"alertname", "severity"})


class Alert(msgspec.Struct, rename="camel"):
    """One alert of a group."""

    status: str = ""
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    starts_at: str = ""
    ends_at: str = ""
    fingerprint: str = ""
    generator_url: str = msgspec.field(default="", name="generatorURL")

    @property
    def name(self) -> str:
        """Which alert it is, and which of those with this name."""
        return f"{self.fingerprint}|{self.starts_at}|{self.status}"


class Group(msgspec.Struct, rename="camel"):
    """What one request says."""

    group_key: str = ""
    status: str = ""
    receiver: str = ""
    group_labels: dict[str, str] = {}
    common_labels: dict[str, str] = {}
    common_annotations: dict[str, str] = {}
    external_url: str = msgspec.field(default="", name="externalURL")
    truncated_alerts: int = 0
    alerts: list[Alert] = []

    @property
    def thread(self) -> str:
        """The group, as its alerts share it from firing to resolved."""
        return hashlib.sha256(self.group_key.encode()).hexdigest()[:32] if self.group_key else ""

    @property
    def name(self) -> str:
        """This state of the group: a repeat of it has the same name."""
        state = "\n".join([self.group_key, self.status, *sorted(alert.name for alert in self.alerts)])
        return hashlib.sha256(state.encode()).hexdigest()


def read(raw: bytes) -> Group:
    """The group in a request; raises `msgspec.MsgspecError` for what is none."""
    return msgspec.json.decode(raw, type=Group)


def message(raw: bytes, context: Context, who: str) -> Message:
    """A group as a message that nobody answers; ``who`` tells of it."""
    group = read(raw)
    if not group.group_key or group.status not in {"firing", "resolved"}:
        raise ValueError("no group of alerts")
    return note.message(
        context,
        subject=_subject(group),
        text=_text(group),
        language="en",
        sender=Address("", who),
        sender_certain=False,
        thread=group.thread,
        alert=group.status,
        kind=Kind.AUTO_GENERATED,
        kind_because=f"an alert of {who}",
    )


def _subject(group: Group) -> str:
    name = group.common_labels.get("alertname") or group.group_labels.get("alertname") or "Alerts"
    said = _first(group.common_annotations)
    where = ", ".join(
        f"{key}={value}" for key, value in sorted(group.group_labels.items()) if key not in _UNSAID
    )
    return f"{name}: {said}" if said else f"{name} ({where})" if where else name


def _text(group: Group) -> str:
    firing = sum(alert.status == "firing" for alert in group.alerts)
    lines = [f"{group.status.capitalize()}: {firing} of {len(group.alerts)} fire."]
    for alert in group.alerts[:MOST_SHOWN]:
        lines += ["", *_lines(alert)]
    more = len(group.alerts) - MOST_SHOWN + group.truncated_alerts
    if len(group.alerts) > MOST_SHOWN or group.truncated_alerts:
        lines += ["", f"And {max(more, group.truncated_alerts)} more."]
    if group.external_url:
        lines += ["", group.external_url]
    return "\n".join(lines)


def _lines(alert: Alert) -> list[str]:
    labels = ", ".join(f"{key}={value}" for key, value in sorted(alert.labels.items()))
    since = f"since {alert.starts_at}" if alert.status == "firing" else f"until {alert.ends_at}"
    lines = [
        f"{alert.status}: {alert.labels.get('alertname', '')} {since}".rstrip(),
        f"  {labels}"[:_LONGEST],
    ]
    said = _first(alert.annotations)
    lines += [f"  {said}"[:_LONGEST]] if said else []
    return [*lines, f"  {alert.generator_url}"[:_LONGEST]] if alert.generator_url else lines


def _first(annotations: dict[str, str]) -> str:
    return next((annotations[name] for name in _SUMMARIES if annotations.get(name)), "")
