"""The tables of the documentation, each made from the code that decides what stands in it."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from config.limits import Limits
from events.outcome import Reason
from handlers import registry
from handlers.rules.catalogue import ACTIONS
from handlers.rules.fields import FAMILIES, FIELDS
from handlers.rules.operators import OPERATORS, Operator
from ingest.smtp import SmtpSettings
from runtime import attempts
from runtime.cli import app
from runtime.settings import SETTINGS, Setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cyclopts import App

_LIMITS = {
    "sender_per_hour": "acknowledgements to one address in an hour",
    "sender_per_day": "acknowledgements to one address in a day; 0 turns `repeats_per_hour` off, too",
    "same_subject_per_3_hours": "acknowledgements to one address for one subject in three hours",
    "domain_per_hour": "acknowledgements to all addresses of one domain in an hour",
    "desk_per_hour": "acknowledgements to everybody in an hour",
    "ticket_per_day": "automatic mails on one ticket in 24 hours, to anybody; then rules' replies end",
    "forwards_per_day": "mails that rules forward from one ticket to one address in 24 hours",
    "repeats_per_hour": "answers in an hour to who had three in two days; then the mailbox pauses",
    "agent_notices_per_hour": "notifications to one agent in an hour; what is above waits for one digest",
}
_BOUNDS = {
    "max_size": "bytes of one mail (the setting `smtp_max_size`); above it `552`",
    "max_recipients": "recipients of one mail; above it `452` for the rest",
    "max_connections": "sessions at once; above it `421`",
    "max_per_client": "sessions of one address (IPv6: of one /64) at once; above it `421`",
    "session_seconds": "seconds that a session may last",
    "idle_seconds": "seconds of silence that end a session",
    "data_seconds": "seconds that one mail may take to arrive",
    "commit_seconds": "seconds that a commit may take before the sender is told `451`",
    "min_bytes_per_second": "the slowest that a mail may arrive",
    "rate_grace": "seconds before that is asked for",
    "line_limit": "bytes of one line; above it `554`",
    "spool_above": "bytes from which a mail goes to a file while it arrives",
    "in_flight": "bytes of all mails that are arriving or not committed; above it `452`",
}
_UNITS = ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))
_SIZES = {"max_size", "line_limit", "spool_above", "in_flight"}


def commands() -> str:
    """Every command with what it does; the commands must have been found (`runtime.cli.find_commands`)."""
    return _table(("command", "does"), sorted(_commands(app, "despacho")))


def chains() -> str:
    """Every chain, as `despacho chain` prints it."""
    return f"```\n{registry.describe()}```"


def settings() -> str:
    """The settings with their names in the environment and in the file."""
    return _table(("variable", "default", "what"), (_setting(each) for each in SETTINGS))


def limits() -> str:
    """The limits on automatic mail with their defaults."""
    found = (
        (f"`{each.name}`", str(each.default), _LIMITS[each.name]) for each in msgspec.structs.fields(Limits)
    )
    return _table(("key in `[limits]`", "default", "how many"), found)


def fields() -> str:
    """The fields that a rule's condition can ask about."""
    rows = (
        (f"`{each.name}`", each.type.value, each.doc, f"`{each.example}`")
        for each in (*FIELDS.values(), *FAMILIES)
    )
    return _table(("field", "type", "is", "example"), rows)


def operators() -> str:
    """The operators of each type of field."""
    rows = ((kind.value, ", ".join(f"`{name}`" for name in known)) for kind, known in OPERATORS.items())
    each: dict[str, Operator] = {
        name: operator for known in OPERATORS.values() for name, operator in known.items()
    }
    takes = ((f"`{name}`", operator.takes.value) for name, operator in each.items())
    return f"{_table(('type', 'operators'), rows)}\n\n{_table(('operator', 'is given'), takes)}"


def actions() -> str:
    """What a rule can do."""
    rows = ((f"`then.{each.name}`", each.doc, f"`{each.example}`") for each in ACTIONS.values())
    return _table(("action", "does", "example"), rows)


def reasons() -> str:
    """Why something was set aside, refused or given up, in the words that operators read."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(Reason)))
    lines = [line for each in tree.body if isinstance(each, ast.ClassDef) for line in each.body]
    rows = []
    for name, told in itertools.pairwise(lines):
        if isinstance(name, ast.Assign) and isinstance(told, ast.Expr):
            word, text = ast.literal_eval(name.value), ast.literal_eval(told.value)
            rows.append((f"`{word}`", " ".join(text.split())))
    return _table(("reason", "means"), rows)


def retries() -> str:
    """When a failed event is tried again."""
    waits = [f"{number}. after {_span(wait)}" for number, wait in enumerate(attempts.WAITS, start=2)]
    return _table(("attempt", "is made"), (line.split(" ", 1) for line in ["1. at once", *waits]))


def smtp_bounds() -> str:
    """The bounds of the SMTP channel."""
    known = {each.name: each.default for each in msgspec.structs.fields(SmtpSettings)}
    rows = ((f"`{name}`", _amount(name, known[name]), text) for name, text in _BOUNDS.items())
    return _table(("bound", "value", "what"), rows)


def templates() -> str:
    """The mails that the desk writes, each with the first sentence of its template's comment."""
    folder = resources.files("templates") / "en"
    rows = []
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".txt"):
            comment = file.read_text(encoding="utf-8").partition("{#")[2].partition("#}")[0]
            rows.append((f"`{file.name}`", comment.strip().partition("\n")[0]))
    return _table(("template", "is"), rows)


def _commands(parent: App, name: str) -> Iterable[tuple[str, str]]:
    for word in parent:
        if word.startswith("-"):
            continue
        command = parent[word]
        inside = [each for each in command if not each.startswith("-")]
        if inside:
            yield from _commands(command, f"{name} {word}")
            if command.default_command is not None:
                yield f"`{name} {word}`", (command.default_command.__doc__ or "").strip().partition("\n")[0]
        else:
            yield f"`{name} {word}`", (command.help or "").strip().partition("\n")[0]


def _setting(setting: Setting) -> tuple[str, str, str]:
    return f"`{setting.variable}`", f"`{setting.default}`" if setting.default else "", setting.about


def _amount(name: str, value: object) -> str:
    if name in _SIZES and isinstance(value, int):
        for size, unit in _UNITS:
            if value >= size and value % size == 0:
                return f"{value // size} {unit}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _span(seconds: float) -> str:
    span = timedelta(seconds=seconds)
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)} {unit}"
    return f"{int(span.total_seconds())} s"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
