"""The settings: what the machine's operator says once, as the desk starts, by file and environment.

Who works here and under which rules is the policy's business; this is about addresses, ports, folders and
bounds.
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

import config
from config.mistakes import in_order
from config.types import Mistake, Place
from runtime import settings_text as text
from runtime.settings_sources import PREFIX, Sources, Written
from runtime.settings_text import SecretUrl, SecretWord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runtime.settings_text import Reader


class SettingsError(ValueError):
    """The settings cannot be used; ``mistakes`` are all that are wrong with them."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        """The text of the error is the mistakes, one a line."""
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = list(mistakes)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one process. Sizes are in bytes, paths are absolute; `SETTINGS` says what each is."""

    database_url: SecretUrl
    broker_url: SecretUrl
    relay_url: SecretUrl
    policy: Path
    data: Path
    hostname: str
    smtp_host: str
    smtp_port: int
    smtp_max_size: int
    tls_certificate: Path | None
    tls_key: Path | None
    http_host: str
    http_port: int
    console_password: SecretWord
    log: Literal["debug", "info", "warning", "error"]
    log_format: Literal["auto", "json", "console"]
    disk_floor: int
    backlog: int
    raw_in_row: int
    resolver: tuple[tuple[str, int], ...]
    agent: str
    webhook_hosts: tuple[str, ...]

    def shown(self) -> dict[str, str]:
        """Every setting as people may see it, without passwords."""
        return {name: _shown(getattr(self, name)) for name in self.__struct_fields__}

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """As `shown`: rich prints local variables beside a traceback."""
        return list(self.shown().items())


class Setting(msgspec.Struct, frozen=True):
    """One setting: its key in the file, its default as it would be written there, how to read it, its use."""

    name: str
    default: str
    read: Any
    about: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"{PREFIX}{self.name.upper()}"


def _setting(name: str, default: str, read: Reader, about: str) -> Setting:
    return Setting(name, default, read, about, secret=name.endswith(("_url", "_password")))


_GIB = 2**30

SETTINGS = (
    _setting(
        "database_url", "", text.read_database, "The database. By default SQLite: despacho.db in `data`."
    ),
    _setting(
        "broker_url", "memory://", text.read_broker, "The broker that wakes workers in other processes."
    ),
    _setting("relay_url", "", text.read_relay, "Where mail goes out; empty: it is captured, sent to nobody."),
    _setting("policy", "", text.read_path, "The policy's folder. By default the sample policy."),
    _setting("data", "var", text.read_folder, "The folder for the database, large mails, keys."),
    _setting(
        "hostname", "", text.read_hostname, "This machine's name in SMTP. By default what it calls itself."
    ),
    _setting("smtp_host", "127.0.0.1", text.read_host, "Where the desk takes mail."),
    _setting("smtp_port", "2525", text.read_port, "The port for mail; 0: any free one."),
    _setting("smtp_max_size", "25 MiB", text.size_between(65_536, _GIB), "The largest mail that is taken."),
    _setting(
        "tls_certificate", "", text.read_present_file, "The certificate for STARTTLS. By default self-made."
    ),
    _setting("tls_key", "", text.read_present_file, "The certificate's key."),
    _setting("http_host", "127.0.0.1", text.read_host, "Where the desk answers HTTP."),
    _setting("http_port", "8080", text.read_port, "The port for HTTP; 0: any free one."),
    _setting(
        "console_password",
        "",
        text.read_password,
        "What the console and /metrics ask for. Without it they answer on this machine alone.",
    ),
    _setting(
        "log", "info", text.one_of("debug", "info", "warning", "error"), "The least level that is logged."
    ),
    _setting(
        "log_format",
        "auto",
        text.one_of("auto", "json", "console"),
        "auto: columns on a terminal, else JSON.",
    ),
    _setting(
        "disk_floor", "100 MB", text.size_between(0, 2**50), "Below so much free space mail is put off."
    ),
    _setting(
        "backlog", "200000", text.number_between(1, 10**9), "Above so many undone events mail is put off."
    ),
    _setting(
        "raw_in_row", "64 KiB", text.size_between(0, 2**24), "Mails up to this size stay in the database."
    ),
    _setting(
        "resolver",
        "",
        text.read_resolver,
        "The DNS servers for senders' checks, like 127.0.0.1:53. By default the machine's.",
    ),
    _setting(
        "agent", "", text.read_word, "The agent's id who acts in `despacho tickets reply` and the like."
    ),
    _setting(
        "webhook_hosts",
        "",
        text.read_hosts,
        "Hosts inside your network that rules and calendars may ask, with commas between. By default none.",
    ),
)
"""All settings, in the order in which people read about them."""


def load(environ: Mapping[str, str], cwd: Path) -> Settings:
    """The settings that `environ` and the settings file say, seen from the folder `cwd`.

    Raises `SettingsError` with every mistake at once. Nothing is created, and no database or server is asked.
    """
    cwd = cwd.absolute()
    mistakes: list[Mistake] = []
    names = [setting.name for setting in SETTINGS]
    written = Sources(names, [each.name for each in SETTINGS if each.secret], mistakes).gather(environ, cwd)
    values = {each.name: _value(each, written.get(each.name), cwd, mistakes) for each in SETTINGS}
    _check_together(values, written, mistakes)
    if mistakes:
        raise SettingsError(in_order(mistakes))
    return Settings(**values)


def _value(setting: Setting, written: Written | None, cwd: Path, mistakes: list[Mistake]) -> Any:
    """The value of one setting; None where it is wrong or waits for another."""
    given = written is not None and bool(written.text)
    if not given and not setting.default:
        return _computed(setting, cwd)
    try:
        if given and written is not None:
            return setting.read(written.text, written.folder)
        return setting.read(setting.default, cwd)
    except ValueError as error:
        place = written.place if written else Place(setting.variable)
        mistakes.append(Mistake(place, f"{setting.name} cannot be used", str(error)))
        return None


def _computed(setting: Setting, cwd: Path) -> Any:
    """The defaults that are found out and not written."""
    if setting.name == "policy":
        return Path(config.__file__).parent / "example"
    if setting.name == "hostname":
        return _own_name()
    return None if setting.name == "database_url" else setting.read("", cwd)


def _own_name() -> str:
    try:
        return text.read_hostname(platform.node(), Path())
    except ValueError:
        return "localhost"


def _check_together(values: dict[str, Any], written: Mapping[str, Written], mistakes: list[Mistake]) -> None:
    """What only shows when settings are seen beside each other."""
    if values["database_url"] is None and values["data"] is not None:
        values["database_url"] = SecretUrl(f"sqlite:///{values['data'] / 'despacho.db'}")
    for one, other in (("tls_certificate", "tls_key"), ("tls_key", "tls_certificate")):
        if one in written and written[one].text and not (other in written and written[other].text):
            mistakes.append(Mistake(written[one].place, f"{one} stands alone", f"{other} beside it"))
    smtp, http = (values["smtp_host"], values["smtp_port"]), (values["http_host"], values["http_port"])
    if smtp == http and smtp[1]:
        place = (written.get("http_port") or written["smtp_port"]).place
        mistakes.append(Mistake(place, "mail and HTTP cannot share a port", "another port"))


def _shown(value: Any) -> str:
    if isinstance(value, SecretUrl | SecretWord):
        return value.shown
    if isinstance(value, tuple):
        return ", ".join(map(_shown_one, value))
    return "" if value is None else str(value)


def _shown_one(value: Any) -> str:
    if isinstance(value, str):
        return value
    host, port = value
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
