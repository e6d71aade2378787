"""Settings: two places to write them, one list of what is wrong, and no secret on any screen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
import pytest
import rich.console
import rich.traceback

from runtime.settings import SETTINGS, Settings, SettingsError, load

if TYPE_CHECKING:
    from pathlib import Path


def wrong(environ: dict[str, str], cwd: Path) -> list[str]:
    """The lines of the mistakes that these settings have."""
    with pytest.raises(SettingsError) as caught:
        load(environ, cwd)
    return str(caught.value).splitlines()


def write(folder: Path, text: str, name: str = "despacho.toml") -> Path:
    """Write a file, the settings file by default."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_written_is_enough(tmp_path: Path) -> None:
    """Without a word of settings the desk runs on loopback, with SQLite, and sends to nobody."""
    settings = load({"PATH": "/bin"}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/despacho.db"
    assert settings.broker_url == "memory://"
    assert settings.relay_url == ""
    assert settings.data == tmp_path / "var"
    assert (settings.policy / "desk.toml").is_file()
    assert (settings.smtp_host, settings.smtp_port) == ("127.0.0.1", 2525)
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert settings.smtp_max_size == 26_214_400
    assert (settings.tls_certificate, settings.tls_key) == (None, None)
    assert (settings.log, settings.log_format) == ("info", "auto")
    assert (settings.disk_floor, settings.backlog, settings.raw_in_row) == (100_000_000, 200_000, 65_536)
    assert settings.hostname
    assert not (tmp_path / "var").exists()


def test_every_setting_is_described(tmp_path: Path) -> None:
    """The table of settings and the settings themselves are the same names, each with a sentence."""
    assert {each.name for each in SETTINGS} == set(Settings.__struct_fields__)
    assert set(load({}, tmp_path).shown()) == {each.name for each in SETTINGS}
    assert all(each.about.endswith(".") for each in SETTINGS)


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    """A variable beats the file, the file beats the default, and an empty variable is the default."""
    write(tmp_path, 'smtp_port = 25\nhttp_port = "81"\nlog = "debug"\n')
    settings = load({"DESPACHO_HTTP_PORT": "82", "DESPACHO_LOG": ""}, tmp_path)
    assert (settings.smtp_port, settings.http_port, settings.log) == (25, 82, "info")


def test_another_settings_file(tmp_path: Path) -> None:
    """DESPACHO_SETTINGS names the file, and paths in a file begin at its folder."""
    folder = tmp_path / "etc"
    folder.mkdir()
    write(folder, 'data = "kept"\npolicy = "../policy"\n', "desk.toml")
    settings = load({"DESPACHO_SETTINGS": "etc/desk.toml"}, tmp_path)
    assert settings.data == folder / "kept"
    assert settings.policy.resolve() == tmp_path / "policy"
    assert settings.database_url == f"sqlite:///{folder}/kept/despacho.db"


def test_a_named_settings_file_must_be_there(tmp_path: Path) -> None:
    """Only the settings file that nobody named may be missing."""
    assert wrong({"DESPACHO_SETTINGS": "nowhere.toml"}, tmp_path) == [
        "DESPACHO_SETTINGS: there is no such file; expected a settings file"
    ]


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("DATABASE_URL", "sqlite:////srv/desk.db", "database_url", "sqlite:////srv/desk.db"),
        ("DATABASE_URL", "postgresql://u:p@h/d", "database_url", "postgresql+psycopg://u:p@h/d"),
        ("DATABASE_URL", "postgres:///d?host=/run", "database_url", "postgresql+psycopg:///d?host=/run"),
        ("BROKER_URL", "pyamqp://g:g@h:5672//", "broker_url", "pyamqp://g:g@h:5672//"),
        ("BROKER_URL", "redis://h", "broker_url", "redis://h"),
        ("RELAY_URL", "smtp+starttls://u:p@mx:587", "relay_url", "smtp+starttls://u:p@mx:587"),
        ("SMTP_HOST", "::", "smtp_host", "::"),
        ("SMTP_HOST", "[::1]", "smtp_host", "::1"),
        ("SMTP_HOST", "localhost", "smtp_host", "localhost"),
        ("SMTP_PORT", "0", "smtp_port", 0),
        ("SMTP_MAX_SIZE", "10 MB", "smtp_max_size", 10_000_000),
        ("SMTP_MAX_SIZE", "1.5MiB", "smtp_max_size", 1_572_864),
        ("SMTP_MAX_SIZE", "70000", "smtp_max_size", 70_000),
        ("RAW_IN_ROW", "0", "raw_in_row", 0),
        ("DISK_FLOOR", "2 gb", "disk_floor", 2_000_000_000),
        ("BACKLOG", "1_000_000", "backlog", 1_000_000),
        ("LOG", "WARNING", "log", "warning"),
        ("LOG_FORMAT", "json", "log_format", "json"),
        ("HOSTNAME", "desk.example.com", "hostname", "desk.example.com"),
    ],
)
def test_what_is_understood(tmp_path: Path, variable: str, text: str, name: str, value: object) -> None:
    """Each setting is understood in the forms in which people write it."""
    assert getattr(load({f"DESPACHO_{variable}": text}, tmp_path), name) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("DATABASE_URL", "mysql://u:Canary@h/d"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///file:x?mode=memory"),
        ("DATABASE_URL", "postgresql+psycopg://u:Canary@h"),
        ("DATABASE_URL", "postgresql+psycopg://u:Canary@h:port/d"),
        ("BROKER_URL", "kafka://Canary@h"),
        ("BROKER_URL", "pyamqp://"),
        ("BROKER_URL", "Canary"),
        ("RELAY_URL", "http://u:Canary@mx"),
        ("RELAY_URL", "smtp://u:Canary@mx:port"),
        ("SMTP_PORT", "65536"),
        ("SMTP_PORT", "-1"),
        ("HTTP_PORT", "²"),
        ("SMTP_HOST", "no host"),
        ("HTTP_HOST", "-x"),
        ("HOSTNAME", "desk_1"),
        ("SMTP_MAX_SIZE", "big"),
        ("SMTP_MAX_SIZE", "1 KB"),
        ("SMTP_MAX_SIZE", "9 GB"),
        ("RAW_IN_ROW", "1 parsec"),
        ("DISK_FLOOR", "-1"),
        ("BACKLOG", "0"),
        ("BACKLOG", "many"),
        ("LOG", "loud"),
        ("LOG_FORMAT", "xml"),
        ("TLS_KEY", "nowhere.pem"),
    ],
)
def test_what_is_not_understood(tmp_path: Path, variable: str, text: str) -> None:
    """A wrong value is told with its variable and with what would be right, and is not repeated."""
    line = wrong({f"DESPACHO_{variable}": text}, tmp_path)[0]
    assert line.startswith(f"DESPACHO_{variable}: {variable.lower()} cannot be used")
    assert "Canary" not in line


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Whoever sets up a desk reads every mistake in one go, those in the file with line and column."""
    write(tmp_path, 'smtp_prot = 25\n\nlog = "loud"\nbacklog = true\nrelay_url = ["a"]\n')
    lines = wrong({"DESPACHO_HTTP_PORT": "x", "DESPACHO_RELAY_URI": "", "DESPACHO_XYZ": "1"}, tmp_path)
    assert [line.partition(";")[0] for line in lines] == [
        "DESPACHO_HTTP_PORT: http_port cannot be used",
        "DESPACHO_RELAY_URI: unknown variable. Did you mean 'DESPACHO_RELAY_URL'?",
        "DESPACHO_XYZ: unknown variable",
        "despacho.toml:1:1: unknown key 'smtp_prot'. Did you mean 'smtp_port'?",
        "despacho.toml:3:7: log cannot be used",
        "despacho.toml:4:11: backlog is neither a text nor a whole number",
        "despacho.toml:5:13: relay_url is neither a text nor a whole number",
    ]


@pytest.mark.parametrize("content", [b"log = ", b"\xff\xfe"])
def test_a_broken_file(tmp_path: Path, content: bytes) -> None:
    """A settings file that is no TOML is one mistake, beside those in the environment."""
    (tmp_path / "despacho.toml").write_bytes(content)
    lines = wrong({"DESPACHO_LOG": "loud"}, tmp_path)
    assert len(lines) == 2
    assert any(line.startswith("despacho.toml") for line in lines)


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_secret_in_a_file_of_its_own(tmp_path: Path, where: str) -> None:
    """A URL with a password may stand in a file that only the desk can read."""
    write(tmp_path, "smtp://desk:Canary@mx.example:25\n", "relay")
    environ = {"DESPACHO_RELAY_URL_FILE": "relay"} if where == "environment" else {}
    if where == "file":
        write(tmp_path, 'relay_url_file = "relay"\n')
    assert load(environ, tmp_path).relay_url == "smtp://desk:Canary@mx.example:25"


def test_wrong_secrets_stay_secret(tmp_path: Path) -> None:
    """A secret's file that is missing, too large or given beside the secret is a mistake without content."""
    write(tmp_path, "Canary" * 20_000, "large")
    write(tmp_path, "smtp://u:Canary@mx", "relay")
    lines = wrong(
        {
            "DESPACHO_DATABASE_URL_FILE": "nowhere",
            "DESPACHO_BROKER_URL_FILE": "large",
            "DESPACHO_RELAY_URL": "smtp://u:Canary@mx",
            "DESPACHO_RELAY_URL_FILE": "relay",
            "DESPACHO_SMTP_PORT_FILE": "relay",
        },
        tmp_path,
    )
    assert [line.partition(";")[0] for line in lines] == [
        "DESPACHO_BROKER_URL_FILE: the file is too large",
        "DESPACHO_DATABASE_URL_FILE: the file cannot be read",
        "DESPACHO_RELAY_URL_FILE: given twice",
        "DESPACHO_SMTP_PORT_FILE: unknown variable. Did you mean 'DESPACHO_SMTP_PORT'?",
    ]
    assert "Canary" not in "".join(lines)


def with_secrets(secret: str, cwd: Path) -> Settings:
    """Settings with a secret in each URL, in several places."""
    return load(
        {
            "DESPACHO_DATABASE_URL": f"postgresql://desk:{secret}@db/desk?sslpassword={secret}",
            "DESPACHO_BROKER_URL": f"pyamqp://desk:with {secret}@mq//",
            "DESPACHO_RELAY_URL": f"smtps://desk:{secret}@{secret}@mx:465",
        },
        cwd,
    )


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """No way to print settings, a traceback with local variables included, shows a password."""
    settings = with_secrets("yranac"[::-1], tmp_path)
    screen = io.StringIO()
    console = rich.console.Console(file=screen, width=300)
    console.print(settings)
    with pytest.raises(IndexError) as caught:
        _ = settings.broker_url[10**9]
    console.print(rich.traceback.Traceback.from_exception(*caught._excinfo, show_locals=True))  # type: ignore[misc]
    shown = (
        f"{screen.getvalue()} {settings!r} {settings} {settings.shown()} {msgspec.structs.asdict(settings)}"
    )
    assert screen.getvalue().count("smtp_max_size") >= 2
    assert "db/desk" in shown
    assert "canary" not in shown
    assert "canary" in settings.database_url


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    """A certificate without its key, or the other way round, is a mistake; both are two files."""
    certificate, key = write(tmp_path, "c", "c.pem"), write(tmp_path, "k", "k.pem")
    assert wrong({"DESPACHO_TLS_CERTIFICATE": "c.pem"}, tmp_path) == [
        "DESPACHO_TLS_CERTIFICATE: tls_certificate stands alone; expected tls_key beside it"
    ]
    settings = load({"DESPACHO_TLS_CERTIFICATE": "c.pem", "DESPACHO_TLS_KEY": str(key)}, tmp_path)
    assert (settings.tls_certificate, settings.tls_key) == (certificate, key)


def test_two_servers_need_two_ports(tmp_path: Path) -> None:
    """Mail and HTTP on one address and port is a mistake, on port 0 it is not."""
    assert wrong({"DESPACHO_HTTP_PORT": "2525"}, tmp_path) == [
        "DESPACHO_HTTP_PORT: mail and HTTP cannot share a port; expected another port"
    ]
    assert load({"DESPACHO_HTTP_PORT": "0", "DESPACHO_SMTP_PORT": "0"}, tmp_path).http_port == 0


def test_data_is_a_folder(tmp_path: Path) -> None:
    """A file in the place of the data folder is found before anything is written."""
    write(tmp_path, "", "var")
    assert wrong({}, tmp_path) == ["DESPACHO_DATA: data cannot be used; expected a folder"]


def test_settings_do_not_change(tmp_path: Path) -> None:
    """Settings are one value for the life of a process."""
    settings = load({}, tmp_path)
    with pytest.raises(AttributeError):
        settings.smtp_port = 1  # type: ignore[misc]


def test_a_secret_that_is_no_file(tmp_path: Path) -> None:
    """A folder in the place of a secret's file is a mistake and no crash."""
    assert wrong({"DESPACHO_RELAY_URL_FILE": "."}, tmp_path) == [
        "DESPACHO_RELAY_URL_FILE: the file cannot be read; expected a file of text that holds the secret"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("127.0.0.1", (("127.0.0.1", 53),)),
        ("127.0.0.1:5353, 192.0.2.1", (("127.0.0.1", 5353), ("192.0.2.1", 53))),
        ("::1, [2001:db8::1]:5353", (("::1", 53), ("2001:db8::1", 5353))),
    ],
)
def test_dns_servers_are_addresses(tmp_path: Path, text: str, expected: tuple[tuple[str, int], ...]) -> None:
    """A resolver is named by address, since nobody can look its name up; port 53 need not be said."""
    assert load({"DESPACHO_RESOLVER": text}, tmp_path).resolver == expected


@pytest.mark.parametrize("text", ["dns.example", "127.0.0.1:0", "127.0.0.1:70000", "1.2.3", "127.0.0.1:x"])
def test_what_is_no_dns_server_is_told(tmp_path: Path, text: str) -> None:
    """A name, half an address and a port that is none are mistakes."""
    [line] = wrong({"DESPACHO_RESOLVER": text}, tmp_path)
    assert line.startswith("DESPACHO_RESOLVER: resolver cannot be used; expected ")
