"""From the text of a setting to its value; what is no value raises `ValueError` that says what would be one.

No error repeats the text: it may hold a password.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from runtime.relay_url import parse_relay
from runtime.scrub import MASK, scrubbed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Reader = Callable[[str, Path], object]
    """Makes a value of a text; a path in it that is relative begins at the folder given."""

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,3})?) ?([A-Za-z]{0,3})")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_SERVER = re.compile(
    r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)|([0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*))(?::([0-9]{1,5}))?"
)
_MOST_PORT = 65535
LEAST_PASSWORD = 12
"""Characters of a password."""

_DATABASE = "sqlite:///path/to/file.db or postgresql+psycopg://user:password@host/name"
_BROKER = "memory://, pyamqp://user:password@host:5672// or redis://host:6379/0"
_BROKERS = {"amqp", "amqps", "pyamqp", "redis", "rediss"}
_POSTGRES = {"postgres", "postgresql", "postgresql+psycopg"}


class SecretUrl(str):
    """A URL that may hold a password: text like any other, but its ``repr`` and `shown` do not tell it."""

    __slots__ = ()

    @property
    def shown(self) -> str:
        """The URL for people to see, without user and password."""
        before, mark, rest = str(self).partition("://")
        userinfo, at, place = rest.rpartition("@")
        return scrubbed(f"{before}{mark}{MASK}{at}{place}" if userinfo and at else str(self))

    def __repr__(self) -> str:
        """As `shown`, in quotes."""
        return repr(self.shown)


class SecretWord(str):
    """A password: text like any other, but its ``repr`` and `shown` do not tell it."""

    __slots__ = ()

    @property
    def shown(self) -> str:
        """Whether there is one."""
        return MASK if self else ""

    def __repr__(self) -> str:
        """As `shown`, in quotes."""
        return repr(self.shown)


def read_password(text: str, _folder: Path) -> SecretWord:
    """A password that nobody guesses, or none."""
    if text and len(text) < LEAST_PASSWORD:
        raise ValueError(f"at least {LEAST_PASSWORD} characters, such as `openssl rand -base64 24` makes")
    return SecretWord(text)


def read_database(text: str, folder: Path) -> SecretUrl:
    """The URL of a database that keeps what it is given; a relative file of SQLite becomes absolute."""
    url = _split(text, _DATABASE)
    if url.scheme in _POSTGRES and url.path.strip("/"):
        return SecretUrl("postgresql+psycopg" + text[len(url.scheme) :])
    file, _, query = text.removeprefix("sqlite:///").partition("?")
    if url.scheme != "sqlite" or not text.startswith("sqlite:///") or not file:
        raise ValueError(_DATABASE)
    if file == ":memory:" or "mode=memory" in query:
        raise ValueError(f"a database that outlives the process: {_DATABASE}")
    return SecretUrl(f"sqlite:///{folder / file}" + (f"?{query}" if query else ""))


def read_broker(text: str, _folder: Path) -> SecretUrl:
    """The URL of a broker, as kombu understands it."""
    url = _split(text, _BROKER)
    if text in {"memory://", "memory:///"}:
        return SecretUrl("memory://")
    if url.scheme not in _BROKERS or not url.hostname:
        raise ValueError(_BROKER)
    return SecretUrl(text)


def read_relay(text: str, _folder: Path) -> SecretUrl:
    """The URL of a relay, or nothing: then outgoing mail is captured and sent to nobody."""
    if text:
        parse_relay(text)
    return SecretUrl(text)


def read_path(text: str, folder: Path) -> Path | None:
    """A path, absolute; None for no text."""
    return folder / text if text else None


def read_folder(text: str, folder: Path) -> Path:
    """A folder that exists or can be made: nothing else is in its place."""
    path = folder / text
    if path.exists() and not path.is_dir():
        raise ValueError("a folder")
    return path


def read_present_file(text: str, folder: Path) -> Path | None:
    """A file that exists; None for no text."""
    path = read_path(text, folder)
    if path is not None and not path.is_file():
        raise ValueError("a file that exists")
    return path


def read_host(text: str, _folder: Path) -> str:
    """An address or a name to listen at."""
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        return _name(text, "an address like 127.0.0.1 or ::, or a name like localhost")


def read_hostname(text: str, _folder: Path) -> str:
    """This machine's name, as it introduces itself to other mail servers."""
    return _name(text, "a name like desk.example.com")


def read_resolver(text: str, _folder: Path) -> tuple[tuple[str, int], ...]:
    """Addresses with ports, or none; 53 is DNS's own port."""
    return tuple(_resolver(one.strip()) for one in text.split(",") if one.strip())


def read_hosts(text: str, folder: Path) -> tuple[str, ...]:
    """Names and addresses, in lower case, or none."""
    return tuple(read_host(one.strip(), folder).lower() for one in text.split(",") if one.strip())


def read_port(text: str, _folder: Path) -> int:
    """A port; 0 is any that is free."""
    if not text.isascii() or not text.isdigit() or int(text[:10]) > _MOST_PORT:
        raise ValueError(f"a port, 0 to {_MOST_PORT}")
    return int(text)


def size_between(least: int, most: int) -> Reader:
    """A reader of sizes in bytes, written like 25 MiB, 100MB or 65536, with bounds."""

    def read(text: str, _folder: Path) -> int:
        found = _SIZE.fullmatch(text)
        unit = _UNITS.get(found[2].upper()) if found else None
        size = int(float(found[1]) * unit) if found and unit else -1
        if not least <= size <= most:
            raise ValueError(f"a size like 25 MiB or 100MB, {least} to {most} bytes")
        return size

    return read


def number_between(least: int, most: int) -> Reader:
    """A reader of whole numbers with bounds."""

    def read(text: str, _folder: Path) -> int:
        digits = text.replace("_", "")
        if not digits.isascii() or not digits.isdigit() or not least <= int(digits[:18]) <= most:
            raise ValueError(f"a whole number, {least} to {most}")
        return int(digits)

    return read


def read_word(text: str, _folder: Path) -> str:
    """Any text, as it is; whether it names something is found out where it is used."""
    return text


def one_of(*words: str) -> Reader:
    """A reader of one of some words, in any case."""

    def read(text: str, _folder: Path) -> str:
        if text.lower() not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return text.lower()

    return read


def _resolver(text: str) -> tuple[str, int]:
    found = _SERVER.fullmatch(text)
    try:
        host = str(ipaddress.ip_address((found[1] or found[2] or found[3]) if found else ""))
    except ValueError:
        raise ValueError("addresses like 127.0.0.1 or [::1]:5353, with commas between them") from None
    port = int(found[4]) if found and found[4] else 53
    if not 0 < port <= _MOST_PORT:
        raise ValueError(f"a port, 1 to {_MOST_PORT}")
    return host, port


def _split(text: str, expected: str) -> SplitResult:
    try:
        url = urlsplit(text)
        # Reading the port is what finds a wrong one.
        _ = url.port
    except ValueError:
        raise ValueError(expected) from None
    return url


def _name(text: str, expected: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(expected)
    return text
