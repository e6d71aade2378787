"""The log: one line an event, and never what must not be in it."""

from __future__ import annotations

import io
import json
import logging
import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from runtime import log as runtime_log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.log import Form, Level

SECRETS = {
    "password": "Canary-1",
    "smtp_password": "Canary-2",
    "Authorization": "Bearer Canary-3",
    "cookie": "session=Canary-4",
    "reply_token": "Canary-5",
    "secret": b"Canary-6",
    "api_key": "Canary-7",
    "database": "postgresql+psycopg://desk:Canary-8@db.example/desk",
    "broker": "pyamqp://desk:Can/ary@Canary-9@mq.example:5672//",
    "relay": ["smtps://desk:Canary-10@mx.example:465"],
    "settings": {"relay": {"password": "Canary-11", "url": "smtp://a:Canary-12@h"}},
    "text": 'tried with password=Canary-13 and {"token": "Canary-14"}, Authorization: Basic Canary-15',
    "link": "https://desk.example/reset?token=Canary-16&x=1",
}


class Log:
    """What was written, and a way to write."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def begin(self, level: Level = "debug", form: Form = "json") -> None:
        """Configure the log onto `stream`, with nobody else listening."""
        logging.getLogger().handlers.clear()
        runtime_log.configure(level, form, self.stream)

    @property
    def lines(self) -> list[str]:
        """Lines as every reader counts them, Unicode's separators included."""
        return self.stream.getvalue().splitlines()

    @property
    def events(self) -> list[dict[str, Any]]:
        """The lines, decoded."""
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def log() -> Iterator[Log]:
    """A log of this test's own; afterwards logging is as it was."""
    root = logging.getLogger()
    level = root.level
    yield Log()
    root.handlers[:] = [each for each in root.handlers if not isinstance(each, runtime_log._Lines)]
    root.setLevel(level)
    for name in runtime_log._OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def fail() -> None:
    """Fail for a reason, both of them full of what must not be told."""
    try:
        raise OSError(28, "Canary no space", "/var/mail/canary")  # noqa: TRY301 - a failure to look at
    except OSError as error:
        raise ValueError("Canary body\nwith lines") from error


def ours() -> Any:
    """A logger as our modules have it."""
    return structlog.get_logger("ingest.accept")


def test_a_line_is_an_event(log: Log) -> None:
    """A JSON line begins with time in UTC, level, event and logger, and has the keys that were given."""
    log.begin()
    ours().info("contact_accepted", channel="smtp", bytes=1200, late=False, group=None)
    (event,) = log.events
    assert list(event)[:4] == ["at", "level", "event", "logger"]
    assert event.pop("at").endswith("Z")
    assert event == {
        "level": "info",
        "event": "contact_accepted",
        "logger": "ingest.accept",
        "channel": "smtp",
        "bytes": 1200,
        "late": False,
        "group": None,
    }


def test_ids_are_bound_for_a_chain(log: Log) -> None:
    """Inside of `about` every line carries the event's and the root's id; outside and elsewhere none does."""
    log.begin()
    with runtime_log.about("event-1", "root-1"):
        ours().info("inside")
        thread = threading.Thread(target=lambda: ours().info("elsewhere"))
        thread.start()
        thread.join()
    ours().info("outside")
    found = {event["event"]: (event.get("event_id"), event.get("root_id")) for event in log.events}
    assert found == {"inside": ("event-1", "root-1"), "elsewhere": (None, None), "outside": (None, None)}


@pytest.mark.parametrize("form", ["json", "console"])
def test_secrets_are_masked(log: Log, form: Form) -> None:
    """No canary comes through under a secret's name, inside of a URL or in the middle of a text."""
    log.begin("debug", form)
    ours().debug("settings_loaded", **SECRETS)
    logging.getLogger("kombu.connection").error("cannot reach %s", SECRETS["broker"])
    logging.getLogger("amqp").warning(SECRETS["text"])
    assert len(log.lines) == 3
    assert "Canary" not in log.stream.getvalue()
    assert "db.example" in log.stream.getvalue()


@pytest.mark.parametrize("form", ["json", "console"])
def test_errors_tell_class_and_place_only(log: Log, form: Form) -> None:
    """An exception's text, which may hold a body or parameters, is not written; its class and place are."""
    log.begin("debug", form)
    try:
        fail()
    except ValueError as error:
        ours().exception("chain_failed")
        ours().error("chain_failed", exc_info=error)
        logging.getLogger("mail.log").exception("session failed")
    assert len(log.lines) == 3
    assert "anary" not in log.stream.getvalue()
    for line in log.lines:
        assert "ValueError" in line
        assert "OSError ENOSPC" in line
        assert "runtime/test_log.py:" in line


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    "evil",
    [
        '\r\n{"level":"info","event":"forged"}',
        "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg",
        "\x1b[2J\x1b]0;owned\x07\x9b31m",
        "invoice \u202egpj.exe\u2066 \u200f",
        "nul\x00 and half \udce9 a character",
    ],
)
def test_foreign_text_cannot_forge_lines(log: Log, form: Form, evil: str) -> None:
    """Whatever a stranger writes: one line an event, and nothing that moves a terminal or turns text."""
    log.begin("info", form)
    ours().info("contact_accepted", subject=evil, nested={"list": [evil], evil: 1})
    ours().info(evil)
    logging.getLogger("asyncio").warning("oops %s", evil)
    assert len(log.lines) == 3
    written = log.stream.getvalue().replace("\n", "")
    assert all(character.isprintable() for character in written)


def test_languages_are_left_alone(log: Log) -> None:
    """What people write in their languages stays readable."""
    log.begin()
    ours().info("said", subject="¿Señal, piñata? Blåbærsyltetøy på brødskive 你好 👩‍🔧")
    assert "¿Señal, piñata? Blåbærsyltetøy på brødskive 你好" in log.lines[0]


def test_values_have_an_end(log: Log) -> None:
    """A value takes 1 kB at most, whatever it is."""
    log.begin()
    values = {
        "text": "ø" * 1_000_000,
        "list": list(range(100_000)),
        "texts": ["x" * 900] * 40,
        "deep": {"a": {"b": {"c": {"d": {"e": "x" * 5000}}}}},
        "number": 10**5000,
        "raw": b"x" * 5000,
    }
    ours().info("measured", **values)
    (event,) = log.events
    for name in values:
        assert len(json.dumps(event[name], ensure_ascii=False).encode()) <= 1100, name
    assert event["raw"] == "<5000 bytes>"


def test_objects_do_not_speak(log: Log) -> None:
    """An object of a type that the log does not know shows its type and not its content."""

    class Mail:
        def __repr__(self) -> str:
            return "Canary"

    log.begin()
    ours().info("odd", mail=Mail(), error=ValueError("Canary"), kind=Mail, many={Mail(): Mail()})
    assert "Canary" not in log.lines[0]
    assert log.events[0]["error"] == "ValueError"


def test_libraries_only_warn(log: Log) -> None:
    """Below warning libraries are silent even at debug: they would write what goes over the wire."""
    log.begin("debug")
    for name in ("mail.log", "kombu", "amqp", "sqlalchemy.engine", "asyncio", "alembic"):
        logging.getLogger(name).info("AUTH PLAIN Canary")
        logging.getLogger(name).warning("careful")
    assert [event["event"] for event in log.events] == ["careful"] * 6


@pytest.mark.parametrize(
    ("level", "expected"),
    [("debug", ["d", "i", "w", "e"]), ("info", ["i", "w", "e"]), ("warning", ["w", "e"]), ("error", ["e"])],
)
def test_the_level_is_kept(log: Log, level: Level, expected: list[str]) -> None:
    """Our own events are written from the level upwards, through structlog and through logging."""
    log.begin(level)
    ours().debug("d")
    ours().info("i")
    ours().warning("w")
    ours().error("e")
    assert [event["event"] for event in log.events] == expected
    logging.getLogger("runtime.worker").info("i")
    assert ("i" in expected) == (len(log.lines) > len(expected))


def test_warnings_are_lines(log: Log) -> None:
    """A Python warning is an event like others."""
    log.begin()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        runtime_log.configure("info", "json", log.stream)
        warnings.warn("two\nlines", UserWarning, stacklevel=1)
    assert len(log.lines) == 1
    assert log.events[0]["logger"] == "py.warnings"


def test_configuring_again_replaces(log: Log) -> None:
    """After a second configuration an event is written once, where the second says."""
    log.begin()
    earlier, log.stream = log.stream, io.StringIO()
    log.begin()
    ours().info("once")
    assert len(log.lines) == 1
    assert not earlier.getvalue()


def test_a_broken_stream_stops_nothing(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """When the log cannot be written the program goes on, and the line does not show up elsewhere."""
    log.begin()
    log.stream.close()
    ours().info("lost", subject="Canary")
    captured = capsys.readouterr()
    assert not captured.err
    assert not captured.out


def test_auto_is_json_off_a_terminal(log: Log) -> None:
    """Where nobody watches, lines are JSON."""
    log.begin("info", "auto")
    ours().info("seen")
    assert log.events[0]["event"] == "seen"
